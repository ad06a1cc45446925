"""What one build keeps, another finds; what was long unused makes room."""

import os

from provisioning.image import kept


def a_root(folder, name, age_s):
    root, python = folder / f"root-{name}.tar", folder / f"python-{name}"
    root.write_bytes(b"root")
    (python / "lib").mkdir(parents=True)
    python.with_name(f"{python.name}.list").write_text("packages")
    os.utime(root, (age_s, age_s))
    return root


def test_it_lies_where_programs_keep_what_may_be_thrown_away(tmp_path):
    assert kept.folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "balie" / "image"
    assert (tmp_path / "balie" / "image").is_dir()


def test_a_folder_that_is_no_whole_path_is_not_believed(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert kept.folder({"XDG_CACHE_HOME": "somewhere"}) == tmp_path / ".cache" / "balie" / "image"


def test_the_longest_unused_root_makes_room_and_its_python_with_it(tmp_path):
    for age_s, name in enumerate(("oldest", "old", "new"), 1000):
        a_root(tmp_path, name, age_s)
    (tmp_path / "wheels").mkdir()
    assert kept.use(tmp_path, "mine") == tmp_path / "root-mine.tar"
    left = sorted(each.name for each in tmp_path.iterdir())
    roots = ["root-new.tar", "root-old.tar"]
    pythons = ["python-new", "python-new.list", "python-old", "python-old.list"]
    assert left == [*pythons, *roots, "wheels"]


def test_what_is_used_counts_as_new_and_stays(tmp_path):
    for age_s, name in enumerate(("mine", "old", "new"), 1000):
        a_root(tmp_path, name, age_s)
    kept.use(tmp_path, "mine")
    kept.use(tmp_path, "other")
    assert not (tmp_path / "root-old.tar").exists()
    assert (tmp_path / "root-mine.tar").exists()
