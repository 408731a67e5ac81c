import { DEFAULT_THEME } from '@mantine/core';
import { describe, expect, it } from 'vitest';
import { cssVariablesResolver, theme } from './theme.js';

const variables = cssVariablesResolver({ ...DEFAULT_THEME, ...theme } as never);

/** As WCAG 2 counts it, of two colours as #rrggbb. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('the text of a filled button', () => {
  it('can be read in the dark theme, also under the pointer', () => {
    const text = variables.dark['--on-accent'] as string;
    const resting = theme.colors?.indigo?.[4] as string;
    const hovered = variables.dark['--mantine-primary-color-filled-hover'] as string;
    expect(contrast(text, resting)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(text, hovered)).toBeGreaterThanOrEqual(4.5);
    expect(variables.dark['--mantine-color-indigo-filled-hover']).toBe(hovered);
  });
});
