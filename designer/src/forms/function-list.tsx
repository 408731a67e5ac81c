import { Button, Popover, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import { Search, SquareFunction } from 'lucide-react';
import { useState } from 'react';
import { type FunctionHelp, findHelp } from './function-help.js';
import classes from './function-list.module.css';

interface FunctionListProps {
  /** Label of the field. */
  label: string;
  language: 'jsonata' | 'handlebars';
  onPick: (insert: string) => void;
}

/** All functions of a language with their examples; a click writes one at the cursor. */
export function FunctionList({ label, language, onPick }: FunctionListProps) {
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const found = findHelp(language, search);
  const topics = [...new Set(found.map(({ topic }) => topic))];
  const word = language === 'jsonata' ? 'Functions' : 'Helpers';
  const pick = ({ insert }: FunctionHelp) => {
    setOpen(false);
    onPick(insert);
  };
  return (
    <Popover opened={open} onChange={setOpen} width={380} position="bottom-end" trapFocus shadow="md">
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          className={classes.opener}
          leftSection={<SquareFunction size={14} aria-hidden />}
          aria-label={`${word} for ${label}`}
          onClick={() => setOpen(!open)}
        >
          {word}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={word}>
        <TextInput
          size="xs"
          aria-label={`Search ${word.toLowerCase()}`}
          placeholder="Search names and what they do"
          leftSection={<Search size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          data-autofocus
        />
        <ScrollArea.Autosize mah={360} mt="xs" type="auto">
          {topics.map((topic) => (
            <section key={topic} aria-label={topic}>
              <Text size="xs" fw={600} c="dimmed" mt={6}>
                {topic}
              </Text>
              {found
                .filter((one) => one.topic === topic)
                .map((one) => (
                  <Entry key={one.name} help={one} onPick={() => pick(one)} />
                ))}
            </section>
          ))}
          {found.length === 0 && (
            <Text size="sm" c="dimmed">
              None has “{search.trim()}” in it.
            </Text>
          )}
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  );
}

function Entry({ help, onPick }: { help: FunctionHelp; onPick: () => void }) {
  const { signature, about, example, result } = help;
  return (
    <UnstyledButton className={classes.entry} onClick={onPick}>
      <code className={classes.signature}>{signature}</code>
      <span className={classes.about}>{about}</span>
      <code className={classes.example}>
        {example} → {result}
      </code>
    </UnstyledButton>
  );
}
