import classes from './letter-tile.module.css';

/** A tile with letters in a tone of its own, where no free logo exists. `tone` is a hue in degrees. */
export function LetterTile({ letters, tone, size = 28 }: { letters: string; tone: number; size?: number }) {
  return (
    <span
      aria-hidden="true"
      className={classes.tile}
      data-letters={letters}
      style={{
        width: size,
        height: size,
        borderRadius: size / 4,
        fontSize: size * 0.4,
        color: `light-dark(hsl(${tone} 60% 26%), hsl(${tone} 60% 86%))`,
        background: `light-dark(hsl(${tone} 55% 90%), hsl(${tone} 35% 24%))`,
      }}
    />
  );
}
