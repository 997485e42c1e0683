//! Every relative link in Markdown leads to a file of the tree, and every anchor to a heading.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::finding::Finding;
use super::tree::Tree;

/// Checks all Markdown files of the tree. Links with a scheme are not followed.
pub(crate) fn check(tree: &Tree) -> Result<Vec<Finding>> {
    let mut pages = BTreeMap::new();
    for path in tree.files().filter(|path| is_markdown(path)) {
        pages.insert(path, Page::parse(&tree.text(path)?));
    }
    let mut findings = Vec::new();
    for (path, page) in &pages {
        for (line, link) in &page.links {
            if let Some(message) = problem(tree, &pages, path, link) {
                findings.push(Finding::new(path, *line, message));
            }
        }
    }
    Ok(findings)
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| ending == "md")
}

/// What a page links to, and what can be linked to in it.
#[derive(Default)]
struct Page {
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn parse(text: &str) -> Self {
        let mut page = Self::default();
        let mut heading: Option<String> = None;
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = text[..range.start].matches('\n').count() + 1;
                    page.links.push((line, dest_url.into_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(title) = heading.take() {
                        page.add_anchor(&title);
                    }
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some(title) = &mut heading {
                        title.push_str(&part);
                    }
                }
                Event::Html(tag) | Event::InlineHtml(tag) => page.anchors.extend(named(&tag)),
                _ => {}
            }
        }
        page
    }

    /// Headings with the same words get `-1`, `-2` and so on, as forges number them.
    fn add_anchor(&mut self, title: &str) {
        let slug = slug(title);
        let mut anchor = slug.clone();
        let mut number = 0;
        while !self.anchors.insert(anchor) {
            number += 1;
            anchor = format!("{slug}-{number}");
        }
    }
}

/// The anchor that forges derive from a heading: lower case, spaces to hyphens, no punctuation.
fn slug(title: &str) -> String {
    title
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The value of an `id` or `name` attribute in a piece of HTML.
fn named(tag: &str) -> Option<String> {
    let (_, rest) = tag.split_once("id=\"").or_else(|| tag.split_once("name=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn problem(tree: &Tree, pages: &BTreeMap<&str, Page>, from: &str, link: &str) -> Option<String> {
    if has_scheme(link) {
        return None;
    }
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if target.is_empty() { Some(from.to_owned()) } else { resolve(from, target) };
    let Some(target) = target else {
        return Some(format!("link to {link}, which leads out of the repository"));
    };
    if !tree.has_file(&target) && !tree.has_folder(&target) {
        return Some(format!("link to {link}, which is not in the tree"));
    }
    let page = pages.get(target.as_str())?;
    (!anchor.is_empty() && !page.anchors.contains(anchor))
        .then(|| format!("link to {link}, but {target} has no such heading"))
}

fn has_scheme(link: &str) -> bool {
    link.starts_with("//")
        || link.split_once(':').is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

/// The path from the root that `target` means in the file `from`; none if it leads above the root.
/// A leading `/` is the file system's root to some readers and the repository's to others: none.
fn resolve(from: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::tree::testing::{Planted, lines};
    use super::*;

    fn run(files: &[(&str, &str)], expected: &Expect) {
        expected.assert_eq(&lines(&check(&Planted::new(files).tree()).unwrap()));
    }

    #[test]
    fn links_are_resolved_from_their_own_page() {
        run(
            &[
                (
                    "docs/a/page.md",
                    "[up](../b.md)\n[folder](../a/) ![no](no.png)\n\n[ref]\n\n[ref]: x.md\n",
                ),
                (
                    "docs/b.md",
                    "[out](../../other) [abs](/docs/b.md) <https://a.example> [m](mailto:a@b)\n",
                ),
            ],
            &expect![[r"
                docs/a/page.md:2: link to no.png, which is not in the tree
                docs/a/page.md:4: link to x.md, which is not in the tree
                docs/b.md:1: link to ../../other, which leads out of the repository
                docs/b.md:1: link to /docs/b.md, which leads out of the repository
            "]],
        );
    }

    #[test]
    fn code_holds_no_links() {
        run(&[("a.md", "`[x](no.md)`\n\n```\n[x](no.md)\n```\n\n    [x](no.md)\n")], &expect![""]);
    }

    #[test]
    fn anchors_are_headings() {
        run(
            &[
                (
                    "a.md",
                    "# The `k` command, v0.13\n## Same\n## Same\n<a id=\"own\"></a>\n\n[1](#the-k-command-v013) [2](#same-1) [3](#own) [4](#gone)\n",
                ),
                ("b.md", "[1](a.md#same) [2](a.md#same-2) [3](c.txt#any)\n"),
                ("c.txt", ""),
            ],
            &expect![[r"
                a.md:6: link to #gone, but a.md has no such heading
                b.md:1: link to a.md#same-2, but a.md has no such heading
            "]],
        );
    }

    #[test]
    fn schemes_are_told_from_paths() {
        for (link, expected) in
            [("https://x", true), ("//x", true), ("a.md", false), ("a/b:c", false), (":x", false)]
        {
            assert_eq!(has_scheme(link), expected, "{link}");
        }
    }

    #[test]
    fn ignored_files_are_not_there() {
        run(
            &[(".gitignore", "report.html\n"), ("report.html", ""), ("a.md", "[r](report.html)\n")],
            &expect![[r"
                a.md:1: link to report.html, which is not in the tree
            "]],
        );
    }
}
