//! What can go wrong while reading or writing a tree, with the path and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why it did not go well. The tree on disk is as it was, but where the error says something else.
#[derive(Debug)]
pub enum OutputError {
    /// The system refused something.
    Io {
        /// What was tried: "write", "read".
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What stands at the place of the tree, or beside it, is not what it must be.
    Target {
        /// The place.
        path: PathBuf,
        /// What is there, and what to do.
        reason: String,
    },
    /// The manifest on disk cannot be understood, so nobody knows which files are ours.
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Files in the tree are not ours to replace.
    Blocked {
        /// The tree.
        target: PathBuf,
        /// Each file with what it is, ready to print.
        files: Vec<String>,
        /// Whether force would help: false if one of them is in the way of a file or folder of the tree.
        forceable: bool,
    },
    /// The tree changed between the look and the write.
    Raced {
        /// The tree.
        target: PathBuf,
    },
    /// Another run is writing beside the tree and does not end.
    Busy {
        /// The folder that holds the trees.
        folder: PathBuf,
    },
    /// The new tree stands, but perhaps not after a power failure.
    Unsynced {
        /// The tree.
        target: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The old tree had to be put back, and could not be.
    Stranded {
        /// The tree.
        target: PathBuf,
        /// Where the old one is now.
        old: PathBuf,
    },
}

impl OutputError {
    /// For `map_err`: what was being done, and to what.
    pub(super) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
        let path = path.to_owned();
        move |source| OutputError::Io { doing, path, source }
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}; {}", path.display(), what_to_do(source))
            }
            OutputError::Target { path, reason } => write!(f, "{}: {reason}", path.display()),
            OutputError::Manifest { path, reason } => write!(
                f,
                "{}: {reason}; restore it from version control, or move the tree away and build it anew",
                path.display()
            ),
            OutputError::Blocked { target, files, forceable } => {
                writeln!(f, "{} has files that are not ours to replace:", target.display())?;
                for file in files {
                    writeln!(f, "  {file}")?;
                }
                match forceable {
                    true => write!(f, "move them away, or use --force: edited files are replaced, foreign ones kept"),
                    false => write!(f, "move away what is in the way; --force does not touch it"),
                }
            }
            OutputError::Raced { target } => {
                write!(f, "{} was changed while this ran; look at it and run again", target.display())
            }
            OutputError::Busy { folder } => write!(
                f,
                "{}: another gfs2gen has been writing here for half a minute; wait for it, or end it, and run again",
                folder.display()
            ),
            OutputError::Unsynced { target, source } => write!(
                f,
                "the new tree stands at {}, but it could not be flushed to the disk: {source}; look after the disk and run again",
                target.display()
            ),
            OutputError::Stranded { target, old } => write!(
                f,
                "{} had to be put back as it was, and could not be; it is {} now: move it to its place before the next run",
                target.display(),
                old.display()
            ),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io { source, .. } | OutputError::Unsynced { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn what_to_do(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space and run again",
        io::ErrorKind::PermissionDenied => "give yourself access to it, or choose another folder with -o",
        io::ErrorKind::ReadOnlyFilesystem => "choose a folder that can be written with -o",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a part of the path is a file; choose another folder with -o"
        }
        io::ErrorKind::CrossesDevices => {
            "it lies in a lower layer of an overlay file system, or in another file system; choose another folder with -o"
        }
        io::ErrorKind::ResourceBusy => "it is in use, perhaps mounted; choose another folder with -o",
        _ => "the tree is as it was",
    }
}
