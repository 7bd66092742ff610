//! Other programs: where they are, and what they say when they are run. Nothing here knows what a program is for.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// Where programs of administrators are, which the PATH of others often leaves out.
const SYSTEM_FOLDERS: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// How long a program may run if nothing else is said: as long as it takes on a machine that has much else to do.
const LIMIT: Duration = Duration::from_secs(300);

/// How long the rest of what a stopped program said is waited for.
const REST: Duration = Duration::from_secs(2);

/// The folders in which programs are looked for: those of PATH, then the system's.
pub fn search_path() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // An empty or relative one would mean wherever the user stands.
    let own: Vec<PathBuf> = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    let more = SYSTEM_FOLDERS.iter().map(PathBuf::from).filter(|folder| !own.contains(folder));
    std::env::join_paths(own.iter().cloned().chain(more)).unwrap_or_default()
}

/// A program that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    path: PathBuf,
}

impl Tool {
    /// The program of this name on PATH or in the system's folders.
    pub fn find(name: &str) -> Option<Tool> {
        let runs = |file: &PathBuf| {
            file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
        };
        let path = std::env::split_paths(&search_path()).map(|folder| folder.join(name)).find(runs)?;
        Some(Tool { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A run of it that has yet to start.
    pub fn run<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(&self, arguments: I) -> Run {
        let mut command = Command::new(&self.path);
        command.env_clear().env("PATH", search_path()).env("HOME", "/nonexistent").env("LC_ALL", "C.UTF-8");
        command.env("NO_COLOR", "1").env("TERM", "dumb");
        command.envs(std::env::var_os("TMPDIR").map(|folder| ("TMPDIR", folder)));
        command.args(arguments).current_dir("/").process_group(0);
        Run { command, input: Vec::new(), limit: LIMIT }
    }

    /// Its version, as it says it itself when run with these arguments: the first word that is one after the text `after`.
    pub fn version(&self, arguments: &[&str], after: &str) -> Option<String> {
        let said = self.run(arguments).said().ok()?;
        [&said.stdout, &said.stderr].into_iter().find_map(|text| version_in(text.split_once(after)?.1))
    }
}

/// The first word that begins like a version, as far as it is one.
fn version_in(text: &str) -> Option<String> {
    let word = text
        .split_whitespace()
        .map(|word| word.trim_start_matches(['v', '(', '[', '\'', '"']))
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || ".+~:-".contains(c))).unwrap_or(word.len());
    Some(word[..end].to_owned())
}

/// A run of a program: in `/`, with nothing of this environment but PATH and TMPDIR, in English, for five minutes at most,
/// without input, as long as nothing else is said.
#[derive(Debug)]
pub struct Run {
    command: Command,
    input: Vec<u8>,
    limit: Duration,
}

impl Run {
    /// More arguments.
    pub fn args<I: IntoIterator<Item = A>, A: AsRef<OsStr>>(mut self, arguments: I) -> Run {
        self.command.args(arguments);
        self
    }

    /// A variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    /// The folder that it runs in.
    pub fn folder(mut self, folder: &Path) -> Run {
        self.command.current_dir(folder);
        self
    }

    /// What it reads from standard input.
    pub fn input(mut self, text: impl Into<Vec<u8>>) -> Run {
        self.input = text.into();
        self
    }

    /// After what time it is stopped, with everything that it started.
    pub fn limit(mut self, limit: Duration) -> Run {
        self.limit = limit;
        self
    }

    /// Runs it to its end. An error is that it could not be started or waited for, not that it failed.
    pub fn said(mut self) -> io::Result<Said> {
        let until = Instant::now() + self.limit;
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn()?;
        let input = std::mem::take(&mut self.input);
        let mut stdin = child.stdin.take().expect("it is piped");
        // A program that does not read its input may close it.
        thread::spawn(move || stdin.write_all(&input));
        let stdout = read(child.stdout.take().expect("it is piped"));
        let stderr = read(child.stderr.take().expect("it is piped"));
        let in_time = ends_before(&child, until)?;
        // With all that it started, which would hold the pipes open; before it is waited for, so that the group is still its own.
        let _ = kill_process_group(Pid::from_child(&child), Signal::KILL);
        let status = child.wait()?;
        let text = |pipe: mpsc::Receiver<String>| pipe.recv_timeout(REST).unwrap_or_default();
        let (stdout, stderr) = (text(stdout), text(stderr));
        let end = match (in_time, status.code(), status.signal()) {
            (false, ..) => End::TimedOut(self.limit),
            (true, Some(code), _) => End::Exit(code),
            (true, None, signal) => End::Signal(signal.unwrap_or_default()),
        };
        Ok(Said { end, stdout, stderr })
    }
}

/// Reads a pipe to its end beside this thread: a program must never wait for the other pipe to be read.
fn read(mut pipe: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (send, receive) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        send.send(String::from_utf8_lossy(&bytes).into_owned())
    });
    receive
}

/// Waits for the end, and leaves the process as it is then; false if there is none until that moment.
fn ends_before(child: &Child, until: Instant) -> io::Result<bool> {
    let how = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    let mut pause = Duration::from_millis(1);
    while waitid(WaitId::Pid(Pid::from_child(child)), how)?.is_none() {
        if Instant::now() >= until {
            return Ok(false);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
    Ok(true)
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exit(i32),
    /// By this signal.
    Signal(i32),
    /// It was stopped after this time.
    TimedOut(Duration),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit {code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
            End::TimedOut(limit) => write!(f, "stopped after {} s", limit.as_secs_f32()),
        }
    }
}

/// What came of a run. What is no UTF-8 stands as U+FFFD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// How it ended.
    pub end: End,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Said {
    /// Whether it ended with 0.
    pub fn is_fine(&self) -> bool {
        self.end == End::Exit(0)
    }

    /// Every line, standard error first: there programs say what is wrong.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.stderr.lines().chain(self.stdout.lines()).map(str::trim_end).filter(|line| !line.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Run {
        Tool::find("sh").expect("a shell").run(["-c", script])
    }

    #[test]
    fn a_program_is_found_or_not() {
        assert!(Tool::find("sh").unwrap().path().is_absolute());
        assert_eq!(Tool::find("no-such-program-anywhere"), None);
        // A file that is no program.
        assert_eq!(Tool::find("../../etc/passwd"), None);
    }

    #[test]
    fn what_it_says_and_how_it_ends() {
        let said = sh("cat; echo wrong >&2; exit 3").input("given").said().unwrap();
        assert_eq!((said.stdout.as_str(), said.stderr.as_str(), said.end), ("given", "wrong\n", End::Exit(3)));
        assert!(!said.is_fine() && sh("true").said().unwrap().is_fine());
        assert_eq!(said.lines().collect::<Vec<_>>(), ["wrong", "given"]);
        assert_eq!(sh("kill -9 $$").said().unwrap().end.to_string(), "signal 9");
    }

    #[test]
    fn nothing_of_this_environment_is_passed_on() {
        let said = sh("env; pwd; echo \"$OWN\"").env("OWN", "mine").said().unwrap().stdout;
        assert!(!said.contains("CARGO"), "{said}");
        assert!(said.contains("HOME=/nonexistent\n") && said.ends_with("/\nmine\n"), "{said}");
    }

    #[test]
    fn it_is_stopped_with_its_children() {
        let start = Instant::now();
        let said = sh("echo first; sleep 60 & wait").limit(Duration::from_millis(200)).said().unwrap();
        assert_eq!((said.stdout.as_str(), said.end), ("first\n", End::TimedOut(Duration::from_millis(200))));
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn what_it_leaves_behind_holds_nothing_up() {
        let start = Instant::now();
        let said = sh("sleep 60 & echo done").said().unwrap();
        assert_eq!((said.stdout.as_str(), said.end), ("done\n", End::Exit(0)));
        assert!(start.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn much_output_and_input_that_nobody_reads_block_nothing() {
        let said = sh("head -c 300000 /dev/zero >&2; echo end").input(vec![b'x'; 300_000]).said().unwrap();
        assert_eq!((said.stdout.as_str(), said.stderr.len(), said.end), ("end\n", 300_000, End::Exit(0)));
    }

    #[test]
    fn versions_are_what_programs_print() {
        for (text, version) in [
            ("Pacemaker 2.1.5\nWritten by", "2.1.5"),
            ("nftables v1.0.6 (Lester Gooch #5)", "1.0.6"),
            ("GNU bash, version 5.2.15(1)-release", "5.2.15"),
            ("Corosync Cluster Engine, version '3.1.7'", "3.1.7"),
            ("ansible-playbook [core 2.14.18]", "2.14.18"),
            ("/usr/bin/virt-xml-validate (libvirt) 9.0.0", "9.0.0"),
            ("xmllint: using libxml version 20914", "20914"),
        ] {
            assert_eq!(version_in(text).as_deref(), Some(version));
        }
        assert_eq!(version_in("mkfs.gfs2 master"), None);
        assert_eq!(Tool::find("sh").unwrap().version(&["-c", "echo A=1 B=2.5"], "B=").as_deref(), Some("2.5"));
    }
}
