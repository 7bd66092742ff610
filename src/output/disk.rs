//! The disk as the writer needs it: a lock that does not wait for ever, files read only if they are files, what a folder
//! held at one moment, and its removal.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{
    AtFlags, CWD, FileType, FlockOperation, Mode, OFlags, StatxAttributes, StatxFlags, flock, fstat, open, statx,
};
use rustix::io::Errno;

use super::error::OutputError;

/// How long a run waits for another one. A build takes less than a second; the rest is for slow disks.
const PATIENCE: Duration = Duration::from_secs(30);

/// Opens a folder; anything else, also a pipe that nobody writes to, is an error at once.
fn open_folder(folder: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(File::from(open(folder, flags, Mode::empty())?))
}

/// Waits until no other run writes below this folder, and keeps others from it as long as the file lives.
pub(super) fn lock(folder: &Path) -> Result<File, OutputError> {
    let file = open_folder(folder).map_err(OutputError::io("open", folder))?;
    wait_for(&file, folder, FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
}

/// As [`lock`], but lets others look too. Without a folder, or where nothing can be locked, there is nothing to wait for.
pub(super) fn lock_to_look(folder: &Path) -> Result<Option<File>, OutputError> {
    let Ok(file) = open_folder(folder) else { return Ok(None) };
    match wait_for(&file, folder, FlockOperation::NonBlockingLockShared) {
        Err(busy @ OutputError::Busy { .. }) => Err(busy),
        result => Ok(result.is_ok().then_some(file)),
    }
}

fn wait_for(file: &File, folder: &Path, operation: FlockOperation) -> Result<(), OutputError> {
    let start = Instant::now();
    loop {
        match flock(file, operation) {
            Ok(()) => return Ok(()),
            Err(Errno::WOULDBLOCK) if start.elapsed() < PATIENCE => sleep(Duration::from_millis(20)),
            Err(Errno::WOULDBLOCK) => return Err(OutputError::Busy { folder: folder.to_owned() }),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(OutputError::io("lock", folder)(errno.into())),
        }
    }
}

/// No file of ours is nearly so large: what is beyond is not read.
const LARGEST: u64 = 64 << 20;

/// The content of a file, up to [`LARGEST`]. What has become something else since it was looked at is an error, and
/// nothing is waited for.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let descriptor = open(path, flags, Mode::empty())?;
    if FileType::from_raw_mode(fstat(&descriptor)?.st_mode) != FileType::RegularFile {
        return Err(io::Error::other("it is no longer a file"));
    }
    let mut content = Vec::new();
    File::from(descriptor).take(LARGEST).read_to_end(&mut content)?;
    Ok(content)
}

/// What tells that a path is still the same and was not written to. Names and links made elsewhere do not count.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    inode: (u64, u64),
    mode: u32,
    /// Size and time of the last change; a folder's own say nothing that its entries do not.
    content: Option<(u64, i64, i64)>,
}

/// Everything that was below a folder at one moment, the folder included; nothing if there was none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Moment(BTreeMap<PathBuf, Stamp>);

impl Moment {
    /// Looks at the folder, and through everything in it that may be looked through.
    pub fn of(root: &Path) -> Result<Self, OutputError> {
        let mut stamps = BTreeMap::new();
        match fs::symlink_metadata(root) {
            Ok(metadata) => add(&mut stamps, root, Path::new(""), &metadata)?,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(OutputError::io("look at", root)(error)),
        }
        Ok(Moment(stamps))
    }

    /// Whether there was anything.
    pub fn exists(&self) -> bool {
        !self.0.is_empty()
    }
}

fn add(
    stamps: &mut BTreeMap<PathBuf, Stamp>,
    root: &Path,
    path: &Path,
    metadata: &Metadata,
) -> Result<(), OutputError> {
    // Not with `join`, which would put a slash after the root.
    let place = if path == Path::new("") { root.to_owned() } else { root.join(path) };
    let content = (!metadata.is_dir()).then(|| (metadata.len(), metadata.mtime(), metadata.mtime_nsec()));
    let stamp = Stamp { inode: (metadata.dev(), metadata.ino()), mode: metadata.mode(), content };
    stamps.insert(path.to_owned(), stamp);
    if !metadata.is_dir() {
        return Ok(());
    }
    if is_mounted(&place) {
        // Folders are exchanged and the old one is emptied: that must never reach into another file system.
        let reason = "a file system is mounted here; unmount it, or choose another folder with -o".to_owned();
        return Err(OutputError::Target { path: place, reason });
    }
    // A folder that forbids it is not ours, or the look at the files has said so.
    for entry in fs::read_dir(&place).into_iter().flatten() {
        let entry = entry.map_err(OutputError::io("read", &place))?;
        let metadata = entry.metadata().map_err(OutputError::io("look at", &entry.path()))?;
        add(stamps, root, &path.join(entry.file_name()), &metadata)?;
    }
    Ok(())
}

/// Whether something is mounted at the folder itself; kernels before 5.8 cannot say.
fn is_mounted(folder: &Path) -> bool {
    let flags = AtFlags::SYMLINK_NOFOLLOW | AtFlags::NO_AUTOMOUNT;
    statx(CWD, folder, flags, StatxFlags::TYPE)
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

/// Removes a folder with all that is in it, also where folders forbid their owner to write.
pub(super) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            open_up(folder)?;
            fs::remove_dir_all(folder)
        }
        result => result,
    }
}

fn open_up(folder: &Path) -> io::Result<()> {
    let metadata = fs::symlink_metadata(folder)?;
    if metadata.is_dir() {
        if metadata.mode() & 0o700 != 0o700 {
            fs::set_permissions(folder, Permissions::from_mode(metadata.mode() | 0o700))?;
        }
        for entry in fs::read_dir(folder)? {
            open_up(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_sees_every_change_but_a_second_name() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        assert!(!Moment::of(&root).unwrap().exists());
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/x"), "1").unwrap();
        let before = Moment::of(&root).unwrap();
        fs::hard_link(root.join("a/x"), folder.path().join("y")).unwrap();
        fs::rename(&root, folder.path().join("moved")).unwrap();
        let root = folder.path().join("moved");
        assert_eq!(Moment::of(&root).unwrap(), before);

        let same = |root: &Path| Moment::of(root).unwrap() == before;
        fs::write(root.join("a/b/new"), "").unwrap();
        assert!(!same(&root));
        fs::remove_file(root.join("a/b/new")).unwrap();
        assert!(same(&root));
        fs::rename(folder.path().join("y"), root.join("a/x2")).unwrap();
        assert!(!same(&root));
        fs::remove_file(root.join("a/x2")).unwrap();
        fs::write(root.join("a/x"), "12").unwrap();
        assert!(!same(&root));
    }

    #[test]
    fn what_is_not_a_file_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(CWD, &pipe, FileType::Fifo, Mode::RWXU, 0).unwrap();
        assert!(read(&pipe).unwrap_err().to_string().contains("no longer a file"));
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
        assert!(read(&folder.path().join("link")).is_err());
        assert!(open_folder(&pipe).is_err());
    }
}
