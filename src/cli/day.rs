//! Days of the calendar, as YYYY-MM-DD: so written, their order as text is their order in time.

use std::time::{SystemTime, UNIX_EPOCH};

/// Today by the clock, UTC.
pub(super) fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(since.as_secs() / 86_400)
}

/// A day that somebody wrote, if the calendar has it.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let wrong = || "write a day that the calendar has, such as 2027-06-30".to_owned();
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return Err(wrong()) };
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return Err(wrong());
    }
    let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
    let last = match number(month)? {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(number(year)?) => 29,
        2 => 28,
        _ => 0,
    };
    if (1..=last).contains(&number(day)?) { Ok(text.to_owned()) } else { Err(wrong()) }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The civil date of a number of days since 1970-01-01, in the proleptic Gregorian calendar: years begin in March, so that
/// the leap day is the last.
fn date(days: u64) -> String {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (m, d) = (if month < 10 { month + 3 } else { month - 9 }, day - (153 * month + 2) / 5 + 1);
    format!("{:04}-{m:02}-{d:02}", era * 400 + year + u64::from(m <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(19_782), "2024-02-29");
        assert_eq!(date(20_781), "2026-11-24");
        assert_eq!(date(47_540), "2100-02-28");
        assert_eq!(date(47_541), "2100-03-01");
    }

    #[test]
    fn only_days_of_the_calendar() {
        for day in ["2027-06-30", "2024-02-29", "2000-02-29", "1999-12-31"] {
            assert_eq!(parse(day).as_deref(), Ok(day));
        }
        for text in [
            "2027-02-29",
            "2100-02-29",
            "2027-04-31",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "2027-1-01",
            "27-01-01",
            "2027-01-01-",
            "+027-01-01",
            "today",
            "",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!((0..40_000).step_by(13).all(|days| parse(&date(days)).is_ok()));
    }
}
