//! The folder of an embedded database: whether it is a place where SQLite is safe, and who is using it right now.

use crate::db::DatabaseUrl;
use anyhow::{Context, anyhow, bail};
use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The right to use a database, until it is dropped. It is a lock of the operating system on a file beside the database,
/// so that it ends with the process, however that ends.
#[derive(Debug)]
pub struct Hold {
    _lock: Option<File>,
}

/// Opens the folder of an embedded database to use it together with others (`serve`, `demo`, `backup` ...): makes it,
/// refuses network file systems, and keeps `restore` out for as long as the hold lives. For PostgreSQL there is nothing
/// to hold.
pub fn share(database: &DatabaseUrl) -> anyhow::Result<Hold> {
    let DatabaseUrl::Sqlite(path) = database else { return Ok(Hold { _lock: None }) };
    let lock = lock_file(path)?;
    match lock.try_lock_shared() {
        Ok(()) => Ok(Hold { _lock: Some(lock) }),
        Err(TryLockError::WouldBlock) => {
            bail!("{} is being restored or filled at this moment. Try again when that is done.", path.display())
        }
        Err(TryLockError::Error(cause)) => Err(cannot_lock(path, &cause)),
    }
}

/// The same for whoever must be alone with the database: nobody may be using it, and nobody can begin to.
pub fn take_alone(path: &Path) -> anyhow::Result<Hold> {
    let lock = lock_file(path)?;
    match lock.try_lock() {
        Ok(()) => Ok(Hold { _lock: Some(lock) }),
        Err(TryLockError::WouldBlock) => bail!("Something is using {}: stop the server first.", path.display()),
        Err(TryLockError::Error(cause)) => Err(cannot_lock(path, &cause)),
    }
}

/// The folder that a file stands in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The same path with an ending after its name: SQLite keeps `-wal` and `-shm` beside a database.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// A new and empty file that nobody but its owner reads, for what people wrote. An existing one is refused.
pub fn make_private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn lock_file(path: &Path) -> anyhow::Result<File> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)
        .map_err(|cause| anyhow!("The data folder {} cannot be made: {cause}.", folder.display()))?;
    refuse_network(folder)?;
    let lock = beside(path, ".lock");
    // Never deleted: a lock on a deleted file would keep nobody out.
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock)
        .map_err(|cause| anyhow!("{} cannot be opened: {cause}.", lock.display()))
}

fn cannot_lock(path: &Path, cause: &std::io::Error) -> anyhow::Error {
    anyhow!("{} cannot be locked: {cause}.", path.display())
}

/// SQLite's write-ahead log needs shared memory between processes and locks that hold, and network file systems have
/// neither: databases on them were corrupted.
fn refuse_network(folder: &Path) -> anyhow::Result<()> {
    if let Some(name) =
        network_file_system(folder).with_context(|| format!("The file system of {} cannot be asked", folder.display()))?
    {
        bail!(
            "The data folder {} is on {name}, where SQLite corrupts its data: use a local disk, or PostgreSQL by the setting database_url.",
            folder.display()
        );
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn network_file_system(folder: &Path) -> anyhow::Result<Option<&'static str>> {
    Ok(name_of_network(i128::from(rustix::fs::statfs(folder)?.f_type)))
}

#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)] // its twin for Linux asks the system
fn network_file_system(_folder: &Path) -> anyhow::Result<Option<&'static str>> {
    Ok(None)
}

/// File systems by the number that `statfs` gives them. Source: linux/magic.h.
fn name_of_network(number: i128) -> Option<&'static str> {
    const NETWORKS: [(i128, &str); 6] = [
        (0x6969, "NFS"),
        (0x517B, "SMB"),
        (0xFF53_4D42, "CIFS"),
        (0xFE53_4D42, "SMB"),
        (0x5346_414F, "AFS"),
        (0x00C3_6400, "Ceph"),
    ];
    // The field is signed on some platforms; the numbers have 32 bits.
    NETWORKS.iter().find(|(known, _)| *known == number & 0xFFFF_FFFF).map(|(_, name)| *name)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn many_may_use_a_database_but_who_restores_it_is_alone() {
        let folder = std::env::temp_dir().join(format!("alongside-hold-{}", std::process::id()));
        let path = folder.join("deep").join("alongside.sqlite");
        let url = DatabaseUrl::Sqlite(path.clone());
        let first = share(&url).unwrap();
        let second = share(&url).unwrap();
        assert!(take_alone(&path).unwrap_err().to_string().contains("stop the server"));
        drop((first, second));
        let alone = take_alone(&path).unwrap();
        assert!(share(&url).is_err() && take_alone(&path).is_err());
        drop(alone);
        share(&url).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn network_file_systems_are_known_by_their_numbers() {
        assert_eq!(name_of_network(0x6969), Some("NFS"));
        assert_eq!(name_of_network(i128::from(0xFF53_4D42_u32.cast_signed())), Some("CIFS"), "a signed field");
        assert_eq!(name_of_network(0xEF53), None, "ext4");
    }
}
