import type { ReactNode } from 'react';

/** Pictures drawn in lines for empty places; decoration, so hidden from readers. */
function Drawing({ children }: { children: ReactNode }) {
  return (
    <svg
      width="160"
      height="96"
      viewBox="0 0 160 96"
      fill="none"
      stroke="var(--line-strong)"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const accent = { stroke: 'var(--accent)' };

/** Boxes joined by arrows. */
export function GraphDrawing() {
  return (
    <Drawing>
      <rect x="8" y="36" width="36" height="24" rx="5" {...accent} />
      <rect x="68" y="12" width="36" height="24" rx="5" />
      <rect x="68" y="60" width="36" height="24" rx="5" />
      <rect x="124" y="36" width="28" height="24" rx="5" strokeDasharray="3 4" />
      <path d="M44 48h10c8 0 4-24 14-24M54 48c8 0 4 24 14 24" />
      <path d="M104 24c10 0 8 24 20 24M104 72c10 0 8-24 20-24" strokeDasharray="3 4" />
      <path d="M18 48h16" {...accent} />
    </Drawing>
  );
}

/** A list whose rows are still to come. */
export function ListDrawing() {
  return (
    <Drawing>
      <rect x="24" y="8" width="112" height="80" rx="6" />
      <path d="M24 28h112" />
      <circle cx="40" cy="44" r="4" {...accent} />
      <path d="M52 44h68" />
      <circle cx="40" cy="60" r="4" />
      <path d="M52 60h52" strokeDasharray="3 4" />
      <circle cx="40" cy="76" r="4" strokeDasharray="2 3" />
      <path d="M52 76h60" strokeDasharray="3 4" />
    </Drawing>
  );
}

/** A plug and a socket. */
export function PlugDrawing() {
  return (
    <Drawing>
      <path d="M8 48h32" {...accent} />
      <path d="M40 32h20c9 0 16 7 16 16s-7 16-16 16H40z" {...accent} />
      <path d="M76 40h10M76 56h10" {...accent} />
      <path d="M96 32h24v32H96c-4 0-6-7-6-16s2-16 6-16z" />
      <path d="M100 40h6M100 56h6M120 48h32" />
    </Drawing>
  );
}

/** A hand-stamped sheet. */
export function DecisionDrawing() {
  return (
    <Drawing>
      <rect x="44" y="6" width="72" height="84" rx="6" />
      <path d="M56 24h48M56 36h48M56 48h28" />
      <circle cx="92" cy="66" r="13" {...accent} />
      <path d="m86 66 4.5 5 8-9" {...accent} />
    </Drawing>
  );
}

/** A doorway: somewhere that is not, or may not be entered. */
export function DoorDrawing() {
  return (
    <Drawing>
      <path d="M20 88h120" />
      <path d="M56 88V16c0-4 2-6 6-6h36c4 0 6 2 6 6v72" />
      <circle cx="94" cy="52" r="2.5" {...accent} />
      <path d="M68 24h24v20H68zM68 56h12v20H68z" strokeDasharray="3 4" />
    </Drawing>
  );
}
