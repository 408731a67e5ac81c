import { CloseButton, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

interface Props {
  label: string;
  /** What is searched, told while the field is in use. */
  hint?: string;
  value: string;
  onChange(value: string): void;
}

/** A search that tells its text when typing pauses. */
export function SearchField({ label, hint, value, onChange }: Props) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const router = useRouter();
  const tell = useDebouncedCallback((next: string) => {
    // A search that is told in the address would call back whoever has left for another page that is still being loaded.
    const { location, resolvedLocation = location } = router.state;
    if (location.pathname !== resolvedLocation.pathname) return;
    told.current = next;
    onChange(next);
  }, 250);
  // The address may change by other ways than typing, such as Back.
  useEffect(() => {
    if (value !== told.current) {
      told.current = value;
      setText(value);
    }
  }, [value]);
  const change = (next: string) => {
    setText(next);
    tell(next);
  };
  return (
    <Tooltip
      label={hint}
      disabled={hint === undefined}
      events={{ hover: true, focus: true, touch: true }}
      position="bottom-start"
      multiline
      maw={320}
      withinPortal
    >
      <TextInput
        type="search"
        aria-label={label}
        aria-description={hint}
        placeholder={label}
        leftSection={<Search size={16} aria-hidden />}
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        rightSection={text && <CloseButton size="sm" aria-label="Clear search" onClick={() => change('')} />}
        w={{ base: '100%', sm: 260 }}
      />
    </Tooltip>
  );
}
