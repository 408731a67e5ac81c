/** The name that is most like a mistyped one: at most two letters away, and nothing where none is. */
export function nearestName(typed: string, names: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = distanceOf(typed.toLowerCase(), name.toLowerCase());
    if (
      distance <= Math.min(2, Math.ceil(name.length / 3)) &&
      distance < (best?.distance ?? Number.POSITIVE_INFINITY)
    ) {
      best = { name, distance };
    }
  }
  return best?.name;
}

/** How many letters have to be put in, taken away or replaced (Levenshtein). */
function distanceOf(left: string, right: string): number {
  if (Math.abs(left.length - right.length) > 2) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...left].entries()) {
    let diagonal = row[0] as number;
    row = row.reduce<number[]>((next, above, j) => {
      const cost =
        j === 0
          ? i + 1
          : Math.min(above + 1, (next[j - 1] as number) + 1, diagonal + (letter === right[j - 1] ? 0 : 1));
      diagonal = above;
      next.push(cost);
      return next;
    }, []);
  }
  return row.at(-1) as number;
}
