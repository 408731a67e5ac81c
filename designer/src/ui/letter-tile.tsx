/** A tile with a letter in a tone of its own, where no free logo exists. `tone` is a hue in degrees. */
export function LetterTile({ letters, tone, size = 28 }: { letters: string; tone: number; size?: number }) {
  return (
    <span
      aria-hidden="true"
      style={{
        display: 'inline-grid',
        placeItems: 'center',
        flex: 'none',
        width: size,
        height: size,
        borderRadius: size / 4,
        fontSize: size * 0.4,
        fontWeight: 650,
        letterSpacing: '-0.02em',
        color: `light-dark(hsl(${tone} 60% 26%), hsl(${tone} 60% 86%))`,
        background: `light-dark(hsl(${tone} 55% 90%), hsl(${tone} 35% 24%))`,
      }}
    >
      {letters}
    </span>
  );
}
