import { ActionIcon, Button, CopyButton as Copy, Tooltip } from '@mantine/core';
import { Check, Copy as CopyIcon } from 'lucide-react';

/** Copies a text. With `label` a button with that word, else an icon named by `title`. */
export function CopyButton(props: { value: string; title: string; label?: string }) {
  const { value, title, label } = props;
  return (
    <Copy value={value} timeout={2000}>
      {({ copied, copy }) => {
        const icon = copied ? <Check size={16} aria-hidden /> : <CopyIcon size={16} aria-hidden />;
        if (label) {
          return (
            <Button variant="default" leftSection={icon} onClick={copy} aria-label={title}>
              {copied ? 'Copied' : label}
            </Button>
          );
        }
        return (
          <Tooltip label={copied ? 'Copied' : title}>
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={copied ? 'Copied' : title}>
              {icon}
            </ActionIcon>
          </Tooltip>
        );
      }}
    </Copy>
  );
}
