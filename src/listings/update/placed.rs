//! Which mark shows what, where no token tells: what is there already and was printed again stays,
//! and what is new belongs where it stands between that.

use super::super::compare::{Comparison, lines};
use super::super::diff;
use super::super::outputs::Chunk;
use super::super::wrap::wrap;
use similar::DiffTag;

/// What each chunk has to show: `None` for one that shows it. `None` for all when something may
/// belong to either of two.
pub(super) fn placed(
    chunks: &[Chunk],
    printed: &[String],
    rule: Comparison,
) -> Option<Vec<Option<Vec<String>>>> {
    let owners: Vec<usize> = chunks
        .iter()
        .enumerate()
        .flat_map(|(number, chunk)| chunk.text.iter().map(move |_| number))
        .collect();
    let old = lines(chunks);
    let column = old.first().map_or(0, |line| line.column);
    let old: Vec<&str> = old.iter().map(|line| line.text.trim_end()).collect();
    // A long line may be part of several old ones; the chunk has it whole.
    let mut new: Vec<&str> = Vec::new();
    let mut whole: Vec<usize> = Vec::new();
    for (number, line) in printed.iter().enumerate() {
        for piece in wrap(line, column, rule.width) {
            new.push(piece);
            whole.push(number);
        }
    }
    if is_too_much(&old, &new) {
        return None;
    }
    let last = chunks.len().checked_sub(1)?;
    let mut of_line: Vec<Option<usize>> = vec![None; printed.len()];
    for op in diff::steps(&old, &new) {
        let (from, to) = (op.old_range(), op.new_range());
        for (step, at) in to.clone().enumerate() {
            let owner = if op.tag() == DiffTag::Equal {
                *owners.get(from.start + step)?
            } else {
                let own = owners.get(from.clone())?;
                let before = from.start.checked_sub(1).map_or(0, |at| owners[at]);
                let after = owners.get(from.end).copied().unwrap_or(last);
                let (first, end) = match (own.first(), own.last()) {
                    (Some(first), Some(end)) => (*first, *end),
                    _ => (before, after),
                };
                if first != end {
                    return None;
                }
                first
            };
            let slot = of_line.get_mut(whole[at])?;
            if slot.is_some_and(|known| known != owner) {
                return None;
            }
            *slot = Some(owner);
        }
    }
    let mut all: Vec<Vec<String>> = vec![Vec::new(); chunks.len()];
    for (line, owner) in printed.iter().zip(of_line) {
        all.get_mut(owner?)?.push(line.clone());
    }
    let is_same = |chunk: &Chunk, new: &[String]| {
        let wrapped = new.iter().flat_map(|line| wrap(line, chunk.column(), rule.width));
        let old = chunk.text.iter().map(|line| line.trim_end());
        old.eq(wrapped) || new.is_empty() && chunk.is_unfilled()
    };
    let changed =
        |(chunk, new): (&Chunk, Vec<String>)| (!is_same(chunk, &new)).then_some(new);
    Some(chunks.iter().zip(all).map(changed).collect())
}

/// Whether it takes too long to find what is the same in two texts: that grows with the square of what lies
/// between the lines that are the same at both ends.
fn is_too_much(old: &[&str], new: &[&str]) -> bool {
    const MOST: usize = 25_000_000;
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let same = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    (old.len() - same) * (new.len() - same) > MOST
}
