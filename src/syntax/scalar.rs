//! What a plain scalar is: the core schema of YAML 1.2, so `no`, `on` and `12:30` are text.

use serde_json::{Number, Value};

/// Whole numbers above this cannot all be told apart in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The value of a plain scalar.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    // JSON has no infinity and no NaN; as text they fail where a number is expected, with the text in the message.
    number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        return whole(text);
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return radix(octal, 8);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return radix(hex, 16);
    }
    if is_float(digits) { float(text) } else { None }
}

fn whole(text: &str) -> Option<Number> {
    let text = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Ok(number) = text.parse::<u64>() {
        return Some(number.into());
    }
    float(text)
}

fn radix(digits: &str, radix: u32) -> Option<Number> {
    // `from_str_radix` would take a sign, which the core schema does not have here.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok().map(Number::from)
}

/// `[0-9]+ ( . [0-9]* )? | . [0-9]+`, then an exponent or nothing.
fn is_float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((before, after)) => all_digits(before) && all_digits(after) && !(before.is_empty() && after.is_empty()),
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_fits && exponent_fits
}

fn float(text: &str) -> Option<Number> {
    let number: f64 = text.parse().ok()?;
    // JSON Schema calls 1.0 an integer and serde does not: one form for both.
    if number.fract() == 0.0 && number.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        return Some(Number::from(number as i64));
    }
    Number::from_f64(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_core_schema() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("Null", json!(null)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("0", json!(0)),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("0644", json!(644)),
            ("0o644", json!(420)),
            ("0xFF", json!(255)),
            ("18446744073709551615", json!(u64::MAX)),
            ("99999999999999999999", json!(1e20)),
            ("1e3", json!(1000)),
            ("7789.0", json!(7789)),
            ("-0.0", json!(0)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("5.", json!(5)),
            ("-.5E-1", json!(-0.05)),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }

    #[test]
    fn everything_else_is_text() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "tRUE",
            "nil",
            "1_000",
            "12:30:45",
            "0x",
            "0o8",
            "-0x1",
            "0x+1",
            ".",
            "-",
            "+",
            "e3",
            "1e",
            "1e+",
            "1.2.3",
            "1.2e3.4",
            ".inf",
            ".nan",
            "inf",
            "NaN",
            "infinity",
            "1e999",
            "52:54:00:12:34:56",
            "５",
        ] {
            assert_eq!(plain(text), json!(text), "{text}");
        }
    }
}
