//! The descendants of a process: how many, how large, and their end.

use rustix::process::{Pid, Signal, kill_process};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

/// Everything that descends from a process, the nearest first, itself left out; or the first
/// `most` of them. Who wants to stop a listing that starts processes without end has no time to
/// read about all of them.
pub(super) fn descendants(root: u32, most: usize) -> Vec<u32> {
    let mut found = children(root);
    let mut at = 0;
    while at < found.len() && found.len() < most {
        found.extend(children(found[at]));
        at += 1;
    }
    found
}

/// How many threads of all that descends from a process could run just now, if they had a processor.
pub(super) fn runnable(root: u32) -> u32 {
    let mut open = vec![root];
    let mut count = 0;
    while let Some(process) = open.pop() {
        let found = children(process);
        for child in &found {
            let tasks = format!("/proc/{child}/task");
            let threads = crate::fsx::list(Path::new(&tasks)).unwrap_or_default();
            let threads = threads.iter().filter_map(|name| name.to_str()?.parse().ok());
            let could_run =
                |thread: &u32| stat(*thread).is_some_and(|fields| fields[0] == "R");
            let running = threads.filter(could_run).count();
            count += u32::try_from(running).unwrap_or(u32::MAX);
        }
        open.extend(found);
    }
    count
}

/// The children of all threads of a process.
pub(super) fn children(parent: u32) -> Vec<u32> {
    let tasks = format!("/proc/{parent}/task");
    let Ok(threads) = crate::fsx::list(Path::new(&tasks)) else { return Vec::new() };
    let mut found = Vec::new();
    for thread in threads {
        let file = Path::new(&tasks).join(thread).join("children");
        match crate::fsx::read(&file) {
            Ok(text) => found.extend(
                String::from_utf8_lossy(&text)
                    .split_ascii_whitespace()
                    .filter_map(|pid| pid.parse::<u32>().ok()),
            ),
            // A kernel may be built without that file.
            Err(_) if !Path::new("/proc/self/task/self/children").exists() => {
                return by_parent().remove(&parent).unwrap_or_default();
            }
            Err(_) => {}
        }
    }
    found
}

/// All processes that can be seen, by their parents.
fn by_parent() -> BTreeMap<u32, Vec<u32>> {
    let mut all: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for pid in all_pids() {
        if let Some(parent) = stat(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
            all.entry(parent).or_default().push(pid);
        }
    }
    all
}

fn all_pids() -> Vec<u32> {
    let names = crate::fsx::list(Path::new("/proc")).unwrap_or_default();
    names.iter().filter_map(|name| name.to_str()?.parse().ok()).collect()
}

/// The fields of `/proc/PID/stat` that stand behind the name: the state first.
fn stat(pid: u32) -> Option<Vec<String>> {
    let text = crate::fsx::read(Path::new(&format!("/proc/{pid}/stat"))).ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let rest = text.rsplit_once(')')?.1;
    Some(rest.split_ascii_whitespace().map(ToOwned::to_owned).collect())
}

/// Whether a process is there and has not ended.
pub(super) fn alive(pid: u32) -> bool {
    stat(pid).is_some_and(|fields| !matches!(fields[0].as_str(), "Z" | "X"))
}

/// Whether a process is halted by a signal.
#[cfg(test)]
pub(super) fn is_halted(pid: u32) -> bool {
    stat(pid).is_some_and(|fields| fields[0] == "T")
}

/// When a process was started, by which it differs from a later one of the same number.
pub(super) fn start_time(pid: u32) -> Option<u64> {
    stat(pid)?.get(19)?.parse().ok()
}

/// What some processes take together.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Usage {
    pub(super) processes: u32,
    pub(super) threads: u32,
    /// Bytes in memory that are their own, or that those of a fork share.
    pub(super) memory: u64,
}

/// What processes take.
pub(super) fn usage(pids: &[u32]) -> Usage {
    let page = rustix::param::page_size() as u64;
    let mut sum = Usage::default();
    for &pid in pids {
        let Some(fields) = stat(pid) else { continue };
        if fields[0] == "Z" {
            continue;
        }
        sum.processes += 1;
        sum.threads +=
            fields.get(17).and_then(|threads| threads.parse().ok()).unwrap_or(1);
        let statm = crate::fsx::read(Path::new(&format!("/proc/{pid}/statm")));
        let statm = String::from_utf8(statm.unwrap_or_default()).unwrap_or_default();
        let mut pages = statm.split(' ').skip(1).map(|n| n.parse::<u64>().unwrap_or(0));
        let (resident, shared) = (pages.next().unwrap_or(0), pages.next().unwrap_or(0));
        sum.memory += resident.saturating_sub(shared) * page;
    }
    sum
}

/// The proportional set size of processes: their memory, with each page counted once. Slower than [`usage`], and
/// asked only when that seems too much.
pub(super) fn pss(pids: &[u32]) -> u64 {
    let exact = |pid: u32| -> Option<u64> {
        let text =
            crate::fsx::read(Path::new(&format!("/proc/{pid}/smaps_rollup"))).ok()?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
    };
    // One that is ending just now has no memory to tell of.
    pids.iter().map(|&pid| exact(pid).unwrap_or_else(|| usage(&[pid]).memory)).sum()
}

/// The number of threads that a user has: what a limit on processes counts.
pub(super) fn threads_of_user() -> u32 {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::getuid().as_raw();
    let own = |pid: &u32| {
        std::fs::metadata(format!("/proc/{pid}")).is_ok_and(|meta| meta.uid() == user)
    };
    let threads = |pid| stat(pid)?.get(17)?.parse::<u32>().ok();
    all_pids().into_iter().filter(own).filter_map(threads).sum()
}

/// The number of threads in the whole system; one small file to read.
pub(super) fn threads_of_all() -> u32 {
    let text = crate::fsx::read(Path::new("/proc/loadavg")).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let counts = text.split(' ').nth(3).and_then(|counts| counts.split_once('/'));
    counts.and_then(|(_, all)| all.parse().ok()).unwrap_or(0)
}

/// Sends a signal to one process.
pub(super) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        // It may be gone already.
        let _ = kill_process(pid, signal);
    }
}

/// Ends every process that `find` finds until it finds none. First all are halted, so that none
/// can start another while others end.
pub(super) fn end_all(find: impl Fn() -> Vec<u32>) {
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    while start.elapsed() < Duration::from_secs(10) {
        let mut halted = BTreeSet::new();
        loop {
            let new: Vec<u32> =
                find().into_iter().filter(|pid| !halted.contains(pid)).collect();
            if new.is_empty() || start.elapsed() > Duration::from_secs(10) {
                break;
            }
            for pid in new {
                signal(pid, Signal::STOP);
                halted.insert(pid);
            }
        }
        let left: Vec<u32> = halted.into_iter().filter(|&pid| alive(pid)).collect();
        if left.is_empty() {
            return;
        }
        left.iter().for_each(|&pid| signal(pid, Signal::KILL));
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// The processes of a group or session; or the first `most` of them.
pub(super) fn in_group(group: u32, most: usize) -> Vec<u32> {
    let own = |pid: &u32| {
        let fields = stat(*pid).unwrap_or_default();
        let is = |at: usize| fields.get(at).is_some_and(|id| *id == group.to_string());
        is(2) || is(3)
    };
    all_pids().into_iter().filter(own).take(most).collect()
}

/// The processes whose environment names something in this folder: a mark that stays with them
/// when they leave their group and lose their parent.
pub(super) fn with_env_marker(folder: &Path) -> Vec<u32> {
    // Without the slash, `scratch-1` would be found in `scratch-10` too.
    let marker = format!("{}/", folder.display());
    let has = |pid: &u32| {
        let file = format!("/proc/{pid}/environ");
        crate::fsx::read(Path::new(&file)).is_ok_and(|text| {
            text.windows(marker.len()).any(|window| window == marker.as_bytes())
        })
    };
    let own = std::process::id();
    all_pids().into_iter().filter(|&pid| pid != own).filter(has).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proc;
    use std::process::Stdio;

    #[test]
    fn what_sleeps_could_not_run_and_what_waits_for_a_processor_could() {
        let path = std::env::var("PATH").expect("tests have a PATH");
        let script =
            "sleep 60 & (while :; do :; done) & (while :; do :; done) & read line";
        let args = ["-c".into(), script.into()];
        let streams = [Stdio::piped(), Stdio::null(), Stdio::null()];
        let sh = Path::new("/bin/sh");
        let env = [("PATH".to_owned(), path)];
        let mut child = proc::start(sh, &args, &env, Path::new("/"), streams).unwrap();
        let start = Instant::now();
        let mut seen = 0;
        while seen != 2 && start.elapsed() < Duration::from_secs(30) {
            std::thread::sleep(Duration::from_millis(5));
            seen = runnable(child.id());
        }
        proc::end_group(&mut child);
        assert_eq!(seen, 2);
    }

    #[test]
    fn a_process_is_known_by_its_own_folder_and_by_none_that_begins_alike() {
        let root = format!("/concbook-test-{}", std::process::id());
        let env = [("HOME".to_owned(), format!("{root}/scratch-10/home"))];
        let streams = [Stdio::piped(), Stdio::null(), Stdio::null()];
        // It waits for input that does not come.
        let args = ["-c".into(), "read line".into()];
        let sh = Path::new("/bin/sh");
        let mut child = proc::start(sh, &args, &env, Path::new("/"), streams).unwrap();
        let found = ["scratch-10", "scratch-1"]
            .map(|name| with_env_marker(&Path::new(&root).join(name)));
        let pid = child.id();
        proc::end_group(&mut child);
        assert_eq!(found, [vec![pid], vec![]]);
    }
}
