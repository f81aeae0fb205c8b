//! Which sandbox is taken.

#[cfg(all(target_os = "linux", not(feature = "portable")))]
use super::linux;
use super::portable::Portable;
use super::{Sandbox, SandboxKind};

/// How strongly the user wants listings shut in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// As strongly as it can be done here.
    #[default]
    Auto,
    /// Without namespaces.
    NoNamespaces,
    /// By the portable sandbox, whatever else there is.
    Portable,
}

/// A sandbox, and why it is weaker than was wished, when it is.
#[derive(Debug)]
pub struct Chosen {
    /// What runs programs.
    pub sandbox: Box<dyn Sandbox>,
    /// The reason, for the author.
    pub note: Option<String>,
}

/// The strongest sandbox that is wanted and works here.
pub fn choose(isolation: Isolation) -> Chosen {
    #[cfg(all(target_os = "linux", not(feature = "portable")))]
    if isolation != Isolation::Portable {
        return linux::choose(isolation);
    }
    // Without the sandbox of Linux every wish comes to the same.
    let _ = isolation;
    let note = Some("here is no stronger sandbox".to_owned());
    Chosen { sandbox: Box::new(Portable), note }
}

/// A sandbox of one kind.
///
/// # Errors
/// Why the kind is not to be had here.
pub fn of_kind(kind: SandboxKind) -> Result<Box<dyn Sandbox>, String> {
    match kind {
        SandboxKind::Portable => Ok(Box::new(Portable)),
        #[cfg(all(target_os = "linux", not(feature = "portable")))]
        kind => linux::of_kind(kind),
        #[cfg(not(all(target_os = "linux", not(feature = "portable"))))]
        _ => Err("only Linux has it".to_owned()),
    }
}
