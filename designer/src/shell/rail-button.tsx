import { Tooltip, UnstyledButton, type UnstyledButtonProps } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import classes from './rail.module.css';

interface Props extends UnstyledButtonProps, Omit<ComponentPropsWithRef<'button'>, 'title' | 'style' | 'color'> {
  open: boolean;
  title: string;
  icon: ReactNode;
}

/** A button that looks like a place of the rail. */
export function RailButton(props: Props) {
  const { open, title, icon, ...rest } = props;
  return (
    <Tooltip label={title} position="right" disabled={open}>
      <UnstyledButton {...rest} className={classes.item} aria-label={title}>
        {icon}
        {open && <span className={classes.name}>{title}</span>}
      </UnstyledButton>
    </Tooltip>
  );
}
