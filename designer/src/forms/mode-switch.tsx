import { Tooltip, UnstyledButton } from '@mantine/core';
import classes from './forms.module.css';
import type { ValueMode } from './value-mode.js';

const modes: Record<ValueMode, { sign: string; title: string }> = {
  value: { sign: 'abc', title: 'Value' },
  jsonata: { sign: 'ƒx', title: 'JSONata expression' },
  handlebars: { sign: '{{ }}', title: 'Handlebars template' },
  variable: { sign: 'var', title: 'Variable' },
};

interface ModeSwitchProps {
  label: string;
  mode: ValueMode;
  offered: ValueMode[];
  disabled: boolean;
  onChange: (mode: ValueMode) => void;
}

/** How a field's value is given: four small buttons, of which one is pressed. */
export function ModeSwitch({ label, mode, offered, disabled, onChange }: ModeSwitchProps) {
  return (
    <fieldset className={classes.modes} aria-label={`How ${label} is given`}>
      {offered.map((offer) => (
        <Tooltip key={offer} label={modes[offer].title} openDelay={400} withinPortal>
          <UnstyledButton
            className={classes.mode}
            data-sign={modes[offer].sign}
            aria-label={modes[offer].title}
            aria-pressed={mode === offer}
            disabled={disabled}
            onClick={() => onChange(offer)}
          ></UnstyledButton>
        </Tooltip>
      ))}
    </fieldset>
  );
}
