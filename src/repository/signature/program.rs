//! Other programs that check signatures: the signature in a file of its own outside of the repository, what it
//! stands under by a pipe.

use std::{
    io::{Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
    thread,
};

/// No key is longer.
const KEY_SIZE_LIMIT: u64 = 64 * 1024;

/// What a program said.
pub(super) struct Said {
    /// Whether it ended well.
    pub(super) success: bool,
    /// To its output.
    pub(super) out: String,
    /// To its other output.
    pub(super) err: String,
}

/// Runs a program with the file of a signature among its arguments.
///
/// # Errors
///
/// Why it cannot be asked, to stand behind the name of the program.
#[expect(clippy::disallowed_methods, reason = "it asks only programs that are named here")]
pub(super) fn ask(
    program: &'static str,
    before: &[&str],
    signature: &str,
    behind: &[&str],
    payload: &[u8],
) -> Result<Said, String> {
    let unwritten = |error: std::io::Error| format!("to which it cannot be handed over ({error})");
    let mut file = tempfile::NamedTempFile::with_prefix("probity-").map_err(unwritten)?;
    file.write_all(signature.as_bytes()).map_err(unwritten)?;
    // Closed, as some systems let no other program read it otherwise.
    let path = file.into_temp_path();
    let mut child = Command::new(program)
        .args(before)
        .arg(&*path)
        .args(behind)
        .env("LC_ALL", "C")
        .env_remove("LANGUAGE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => "which is not installed".to_owned(),
            _ => format!("which cannot be run ({error})"),
        })?;
    let pipe = child.stdin.take();
    let output = thread::scope(|scope| {
        // By a thread of its own: the program may say more than a pipe holds before it has read all.
        scope.spawn(move || {
            if let Some(mut pipe) = pipe {
                // A program that has seen enough closes the pipe.
                let _ = pipe.write_all(payload);
            }
        });
        child.wait_with_output()
    });
    let output = output.map_err(|error| format!("which cannot be run ({error})"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said { success: output.status.success(), out: text(&output.stdout), err: text(&output.stderr) })
}

/// The bytes of the file of a key.
///
/// # Errors
///
/// If the disk refuses.
#[expect(clippy::disallowed_methods, reason = "a key that the user names is read")]
pub(super) fn key(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(file)?.take(KEY_SIZE_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Has `ssh-keygen` sign a text. It asks for a passphrase at the terminal, and the agent for a key of which only the public
/// part is named.
///
/// # Errors
///
/// With what it says.
#[expect(clippy::disallowed_methods, reason = "it asks only programs that are named here")]
pub(super) fn sign(namespace: &str, key: &Path, payload: &[u8]) -> Result<String, String> {
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", namespace, "-f"])
        .arg(key)
        .env("LC_ALL", "C")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| {
            format!("a key of this kind is used by `ssh-keygen`, which cannot be run ({error})")
        })?;
    if let Some(mut pipe) = child.stdin.take() {
        // What it says of a key that it cannot use tells more than a closed pipe.
        let _ = pipe.write_all(payload);
    }
    let output = child.wait_with_output().map_err(|error| format!("`ssh-keygen` cannot be run ({error})"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let line = told.lines().find(|line| !line.trim().is_empty()).unwrap_or("it did not say why").to_owned();
    if !output.status.success() {
        return Err(line);
    }
    String::from_utf8(output.stdout).map_err(|_| line)
}
