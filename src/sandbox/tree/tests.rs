//! What a listing can do to its tree, and that none of it is left.

use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

const FILES: [(&str, &str); 4] =
    [("a/b/c.py", "c"), ("a/d.py", "d"), ("e.sh", "#!/bin/sh\n"), ("f/g.py", "g")];

fn tree() -> Tree {
    let files = FILES.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    Tree::new(files).unwrap()
}

/// What lies in a tree: each path, and a file's content or nothing.
fn all(tree: &Tree) -> Vec<(String, Option<String>)> {
    let (mut found, mut open) = (Vec::new(), vec![tree.path().to_owned()]);
    while let Some(folder) = open.pop() {
        for name in fsx::list(&folder).unwrap() {
            let path = folder.join(name);
            let below = path.strip_prefix(tree.path()).unwrap().display().to_string();
            let meta = std::fs::symlink_metadata(&path).unwrap();
            let mode = meta.permissions().mode() & 0o7777;
            let below = format!("{below} {mode:o}");
            if meta.is_dir() {
                open.push(path);
                found.push((below, None));
            } else {
                found.push((below, Some(fsx::read_text(&path).unwrap())));
            }
        }
    }
    found.sort();
    found
}

fn restored(harm: impl Fn(&Path)) {
    // Once at once, when times tell little, and once when they tell all.
    for wait in [0, 50] {
        let mut tree = tree();
        let before = all(&tree);
        std::thread::sleep(Duration::from_millis(wait));
        // The second time it is under watch.
        for _ in 0..3 {
            harm(tree.path());
            tree.restore().unwrap();
            assert_eq!(all(&tree), before);
            assert!(fsx::list(tree.folder.trash_dir()).unwrap().is_empty());
        }
    }
}

fn write(path: &Path, text: &str) {
    let _ = fsx::remove_one(path);
    fsx::write_new(path, text.as_bytes(), 0o644).unwrap();
}

/// Writes into the file that is there, without making another.
fn overwrite(path: &Path, text: &str) {
    let file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path);
    std::io::Write::write_all(&mut file.unwrap(), text.as_bytes()).unwrap();
}

#[test]
fn changes_of_files_are_undone() {
    restored(|path| write(&path.join("a/d.py"), "x"));
    restored(|path| fsx::remove_one(&path.join("a/b/c.py")).unwrap());
    restored(|path| fsx::write_atomic(&path.join("f/g.py"), b"longer").unwrap());
    restored(|path| fsx::permit(&path.join("f/g.py"), 0o400).unwrap());
    restored(|path| fsx::rename(&path.join("a/d.py"), &path.join("a/b/c.py")).unwrap());
}

#[test]
fn a_file_that_another_name_leads_to_is_made_again() {
    let outside = fsx::temp_dir().unwrap();
    let kept = outside.path().join("kept");
    let mut tree = tree();
    let file = tree.path().join("a/d.py");
    std::fs::hard_link(&file, &kept).unwrap();
    tree.set("a/d.py", b"new".to_vec()).unwrap();
    assert_eq!(fsx::read(&kept).unwrap(), b"d");
    assert_eq!(fsx::read(&file).unwrap(), b"new");
    // With one name it stays the file that it is, and becomes shorter.
    let inode = |path: &Path| {
        std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap())
    };
    let before = inode(&file);
    tree.set("a/d.py", b"n".to_vec()).unwrap();
    assert_eq!((inode(&file), fsx::read(&file).unwrap()), (before, b"n".to_vec()));
    restored(|path| {
        fsx::remove_one(&path.join("f/g.py")).unwrap();
        std::fs::hard_link(path.join("a/d.py"), path.join("f/g.py")).unwrap();
        write(&path.join("a/d.py"), "x");
    });
}

#[test]
fn a_change_that_leaves_size_and_times_is_undone() {
    restored(|path| {
        let file = path.join("a/d.py");
        let times = std::fs::metadata(&file).unwrap().modified().unwrap();
        let open = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        std::io::Write::write_all(&mut &open, b"x").unwrap();
        open.set_modified(times).unwrap();
    });
}

#[test]
fn what_was_added_goes_away() {
    restored(|path| write(&path.join("new"), "x"));
    restored(|path| write(&path.join("a/b/new"), "x"));
    restored(|path| fsx::create_dir_all(&path.join("a/new/new")).unwrap());
    restored(|path| symlink("/", path.join("a/link")).unwrap());
}

#[test]
fn what_took_another_shape_is_undone() {
    restored(|path| {
        fsx::rename(&path.join("a"), &path.join("moved")).unwrap();
        symlink("moved", path.join("a")).unwrap();
    });
    restored(|path| {
        fsx::remove_one(&path.join("f/g.py")).unwrap();
        fsx::create_dir_all(&path.join("f/g.py/deep")).unwrap();
    });
    restored(|path| {
        fsx::rename(&path.join("f"), &path.join("a/f")).unwrap();
        write(&path.join("f"), "x");
    });
    restored(|path| fsx::permit(&path.join("a"), 0).unwrap());
    restored(|path| std::fs::remove_dir_all(path).unwrap());
}

#[test]
fn a_file_can_be_set() {
    let mut tree = tree();
    tree.set("a/d.py", b"new".to_vec()).unwrap();
    tree.set("h/i.py", b"i".to_vec()).unwrap();
    write(&tree.path().join("a/d.py"), "x");
    tree.restore().unwrap();
    assert_eq!(fsx::read(&tree.path().join("a/d.py")).unwrap(), b"new");
    assert_eq!(fsx::read(&tree.path().join("h/i.py")).unwrap(), b"i");
}

#[test]
fn to_set_a_file_leaves_what_was_made_beside_it() {
    let mut tree = tree();
    write(&tree.path().join("a/made"), "made");
    tree.set("a/d.py", b"new".to_vec()).unwrap();
    assert_eq!(fsx::read(&tree.path().join("a/made")).unwrap(), b"made");
    tree.restore().unwrap();
    assert!(!tree.path().join("a/made").exists());
    assert_eq!(fsx::read(&tree.path().join("a/d.py")).unwrap(), b"new");
}

#[test]
fn a_file_is_not_set_behind_a_link_that_leads_out() {
    let outside = fsx::temp_dir().unwrap();
    fsx::create_dir_all(&outside.path().join("b")).unwrap();
    let mut tree = tree();
    let a = tree.path().join("a");
    std::fs::remove_dir_all(&a).unwrap();
    symlink(outside.path(), &a).unwrap();
    tree.set("a/b/c.py", b"new".to_vec()).unwrap();
    assert!(fsx::list(&outside.path().join("b")).unwrap().is_empty());
    assert_eq!(fsx::read(&a.join("b/c.py")).unwrap(), b"new");
    tree.restore().unwrap();
    assert_eq!(fsx::read(&a.join("d.py")).unwrap(), b"d");
}

#[cfg(all(target_os = "linux", not(feature = "portable")))]
#[test]
fn a_tree_that_nobody_touched_is_not_looked_through() {
    let mut tree = tree();
    tree.restore().unwrap();
    // What it did itself is no reason, nor that somebody reads.
    tree.set("a/d.py", b"marked".to_vec()).unwrap();
    tree.set("a/d.py", b"d".to_vec()).unwrap();
    fsx::read(&tree.path().join("f/g.py")).unwrap();
    assert!(tree.watch.saw_nothing());
    write(&tree.path().join("a/made"), "x");
    assert!(!tree.watch.saw_nothing());
    tree.set("a/d.py", b"other".to_vec()).unwrap();
    assert!(!tree.watch.saw_nothing());
    tree.restore().unwrap();
    assert!(tree.watch.saw_nothing() && !tree.path().join("a/made").exists());
    // A file that is another one now is under watch as well.
    write(&tree.path().join("a/d.py"), "x");
    tree.restore().unwrap();
    assert!(tree.watch.saw_nothing());
    overwrite(&tree.path().join("a/d.py"), "x");
    assert!(!tree.watch.saw_nothing());
}

#[test]
fn what_is_written_by_a_second_name_outside_is_undone() {
    let outside = fsx::temp_dir().unwrap();
    let second = outside.path().join("second");
    let mut tree = tree();
    let before = all(&tree);
    for harm in [true, false] {
        tree.restore().unwrap();
        if harm {
            std::fs::hard_link(tree.path().join("a/d.py"), &second).unwrap();
        }
        overwrite(&second, "x");
        tree.restore().unwrap();
        assert_eq!(all(&tree), before);
    }
}

#[test]
fn a_path_that_leads_out_is_refused() {
    for path in ["../a", "/a", "a/../../b", "", "./a"] {
        let file = (path.to_owned(), Vec::new());
        assert!(Tree::new([file]).is_err(), "{path}");
    }
}
