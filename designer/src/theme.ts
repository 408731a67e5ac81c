import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** The one accent. Shade 6 carries white text, shade 4 dark text, both above 4.5 to 1. */
const indigo: MantineColorsTuple = [
  '#eef1ff',
  '#dde3fe',
  '#bcc7fb',
  '#a1b0f8',
  '#8fa0f6',
  '#5b71e6',
  '#3f56d6',
  '#3448b8',
  '#2c3c98',
  '#25337a',
];

const dark: MantineColorsTuple = [
  '#e4e7eb',
  '#c0c5cc',
  '#9da4ae',
  '#737b86',
  '#3c424b',
  '#2d3239',
  '#22262c',
  '#17191d',
  '#121417',
  '#0d0f11',
];

const gray: MantineColorsTuple = [
  '#f8f9fa',
  '#f2f3f5',
  '#e7e9ec',
  '#d9dce1',
  '#c5cad1',
  '#a0a7b0',
  '#767e89',
  '#545b65',
  '#343a42',
  '#1d2126',
];

/** Mantine chooses a button's text for the light theme's shade only; ours follows the theme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const accent = input.color === undefined || input.color === 'indigo';
  return input.variant === 'filled' && accent ? { ...colors, color: 'var(--on-accent)' } : colors;
};

export const theme = createTheme({
  colors: { indigo, dark, gray },
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 4 },
  variantColorResolver,
  black: gray[9],
  defaultRadius: 'md',
  radius: { xs: '2px', sm: '4px', md: '8px', lg: '12px', xl: '24px' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.75rem' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.5rem' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.375rem' },
    },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Text: { defaultProps: { size: 'sm' } },
    Accordion: { styles: { label: { fontSize: 'var(--mantine-font-size-sm)', fontWeight: 500 } } },
    Combobox: { defaultProps: { keepMounted: false } },
    Chip: { defaultProps: { variant: 'outline' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } },
  },
});

/** Mantine's own greys and reds for small text are below 4.5 to 1 in the light theme. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5a626d',
    '--mantine-color-placeholder': '#69717c',
    '--mantine-color-error': '#c02626',
    '--mantine-color-anchor': '#485fe2',
    '--mantine-color-default-border': gray[3],
    '--on-accent': '#ffffff',
    '--mantine-primary-color-contrast': '#ffffff',
  },
  dark: {
    '--mantine-color-dimmed': '#a1a8b3',
    '--mantine-color-placeholder': '#8d95a1',
    '--mantine-color-error': '#ff8a8a',
    '--mantine-color-anchor': indigo[3],
    '--mantine-color-default-border': dark[4],
    '--on-accent': dark[8],
    '--mantine-primary-color-contrast': dark[8],
    // Dark text stands on it: it grows lighter under the pointer, not darker.
    '--mantine-primary-color-filled-hover': indigo[3],
    '--mantine-color-indigo-filled-hover': indigo[3],
    '--mantine-color-disabled-color': '#8d95a1',
  },
});
