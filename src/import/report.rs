//! What vgs, lvs and pvs report in JSON.

use serde_json::Value;

use super::block::Broken;
use crate::source::Span;

/// What the reports of a node say.
#[derive(Debug, Default, Clone)]
pub(super) struct Reports {
    pub groups: Vec<Group>,
    pub volumes: Vec<Volume>,
    /// Physical volumes, as (device, volume group).
    pub physical: Vec<(String, String)>,
}

/// A volume group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub name: String,
    pub extent: u64,
    pub extents: u64,
    /// `c` or `s` at the end where it is clustered or shared.
    pub attributes: String,
    /// `dlm` where lvmlockd shares it.
    pub lock_type: Option<String>,
    /// Which file says so.
    pub file: usize,
}

/// A logical volume.
#[derive(Debug, Clone)]
pub(super) struct Volume {
    pub name: String,
    pub group: String,
    pub bytes: u64,
}

/// Adds what one text reports; says whether it is a report.
pub(super) fn read(file: usize, text: &str, all: &mut Reports) -> Result<bool, Broken> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
        let start = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default().to_owned();
        Broken::new(Span { start, end: start }, format!("this is not JSON: {words}"))
    })?;
    let Some(reports) = value["report"].as_array() else { return Ok(false) };
    let rows =
        |kind: &str| -> Vec<&Value> { reports.iter().filter_map(|report| report[kind].as_array()).flatten().collect() };
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().trim().to_owned();
    for row in rows("vg") {
        all.groups.push(Group {
            name: text(row, "vg_name"),
            extent: size(&text(row, "vg_extent_size")).unwrap_or(0),
            extents: text(row, "vg_extent_count").parse().unwrap_or(0),
            attributes: text(row, "vg_attr"),
            lock_type: Some(text(row, "vg_lock_type")).filter(|kind| !kind.is_empty()),
            file,
        });
    }
    for row in rows("lv") {
        if let Some(bytes) = size(&text(row, "lv_size")) {
            all.volumes.push(Volume { name: text(row, "lv_name"), group: text(row, "vg_name"), bytes });
        }
    }
    all.physical.extend(rows("pv").iter().map(|row| (text(row, "pv_name"), text(row, "vg_name"))));
    Ok(true)
}

/// A size of a report in bytes: `107374182400B`, or with a unit and a fraction, as it is without `--units b`.
fn size(text: &str) -> Option<u64> {
    let text = text.trim_start_matches('<');
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let factor = match text[end..].trim() {
        "" | "B" | "b" => 1u64,
        "k" | "K" => 1 << 10,
        "m" | "M" => 1 << 20,
        "g" | "G" => 1 << 30,
        "t" | "T" => 1 << 40,
        _ => return None,
    };
    match text[..end].parse::<u64>() {
        Ok(whole) => whole.checked_mul(factor),
        Err(_) => {
            let number: f64 = text[..end].parse().ok()?;
            Some((number * factor as f64) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_in_bytes_and_one_for_people() {
        let mut all = Reports::default();
        let text = r#"{"report":[{"lv":[{"lv_name":"a","vg_name":"v","lv_size":"1073741824B"},
            {"lv_name":"b","vg_name":"v","lv_size":"<1.50g"}]}]}"#;
        read(0, text, &mut all).unwrap();
        assert_eq!(all.volumes.iter().map(|volume| volume.bytes).collect::<Vec<_>>(), [1 << 30, 3 << 29]);
        assert_eq!(read(0, "{\n  x", &mut all).unwrap_err().span.start, 4);
        assert_eq!(read(0, "[]", &mut all), Ok(false));
    }
}
