//! Files of groups: whole documents, one writer, tidy deletion.

use iter8_model::task::{TaskKind, TaskSpec};
use tempfile::TempDir;

use super::*;

fn folders() -> (TempDir, GroupFolders) {
    let root = TempDir::new().unwrap();
    let folders = GroupFolders::new(root.path().join(".iter8"));
    (root, folders)
}

fn group(name: &str) -> Group {
    name.parse().unwrap()
}

fn experiment(kind: TaskKind) -> Experiment {
    Experiment { spec: vec![TaskSpec::new(kind)], result: None }
}

#[tokio::test]
async fn what_is_written_is_read() {
    let (_root, folders) = folders();
    let store = folders.lock(&group("default")).unwrap();
    assert!(store.read().await.unwrap().is_none());
    let first = store.write(&experiment(TaskKind::Http), None).await.unwrap();
    let stored = store.read().await.unwrap().unwrap();
    assert_eq!(stored.version, first);
    assert_eq!(stored.experiment, experiment(TaskKind::Http));
    let second = store.write(&experiment(TaskKind::Run), Some(&first)).await.unwrap();
    assert_ne!(first, second);
    let names: Vec<_> = fs::read_dir(store.path().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 2, "nothing but the document and the lock: {names:?}");
}

#[tokio::test]
async fn changes_of_others_are_never_overwritten() {
    let (_root, folders) = folders();
    let store = folders.lock(&group("default")).unwrap();
    let version = store.write(&experiment(TaskKind::Http), None).await.unwrap();
    fs::write(store.path(), "spec: []\n").unwrap();
    for expected in [Some(&version), None] {
        let error = store.write(&experiment(TaskKind::Run), expected).await.unwrap_err();
        assert!(matches!(error, StoreError::Conflict), "{error}");
    }
    assert_eq!(fs::read_to_string(store.path()).unwrap(), "spec: []\n");
}

#[tokio::test]
async fn unreadable_documents_are_errors() {
    let (_root, folders) = folders();
    let store = folders.lock(&group("default")).unwrap();
    for text in ["spec: [", "spec: [{}]", "\u{0}"] {
        fs::write(store.path(), text).unwrap();
        let error = store.read().await.unwrap_err();
        assert_eq!(error.to_string(), "unable to read experiment", "{text:?}");
    }
    fs::write(store.path(), [0xff, 0xfe]).unwrap();
    assert!(store.read().await.is_err());
}

#[tokio::test]
async fn a_refused_write_is_an_error() {
    let (_root, folders) = folders();
    let store = folders.lock(&group("default")).unwrap();
    fs::create_dir(store.path()).unwrap();
    assert!(store.write(&experiment(TaskKind::Http), None).await.is_err());
}

#[test]
fn one_run_per_group() {
    let (_root, folders) = folders();
    let held = folders.lock(&group("a")).unwrap();
    let error = folders.lock(&group("a")).unwrap_err();
    assert_eq!(error.to_string(), "group a is being run by another process");
    assert!(folders.lock(&group("b")).is_ok());
    assert!(folders.is_running(&group("a")).unwrap());
    drop(held);
    assert!(!folders.is_running(&group("a")).unwrap());
    assert!(folders.is_running(&group("never")).is_err());
    assert!(folders.lock(&group("a")).is_ok());
}

#[tokio::test]
async fn groups_are_listed_and_deleted() {
    let (_root, folders) = folders();
    assert_eq!(folders.list().unwrap(), []);
    for name in ["web", "cart"] {
        let store = folders.lock(&group(name)).unwrap();
        store.write(&experiment(TaskKind::Http), None).await.unwrap();
    }
    drop(folders.lock(&group("never-run")).unwrap());
    assert_eq!(folders.list().unwrap(), [group("cart"), group("web")]);
    let held = folders.lock(&group("web")).unwrap();
    assert!(matches!(folders.delete(&group("web")), Err(FileStoreError::Busy(_))));
    drop(held);
    folders.delete(&group("web")).unwrap();
    assert_eq!(folders.list().unwrap(), [group("cart")]);
    let error = folders.delete(&group("web")).unwrap_err();
    assert_eq!(error.to_string(), "there is no group web");
}
