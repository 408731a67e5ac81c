import type { SimulatorView } from '@castellan/api';
import { Group, Text, Title } from '@mantine/core';
import { systemLetters, systemTone } from '../../systems/system-tile.js';
import { LetterTile } from '../../ui/letter-tile.js';
import { RelativeTime } from '../../ui/relative-time.js';
import { Mrkdwn } from './mrkdwn.js';
import classes from './simulators.module.css';

type Channel = SimulatorView['channels'][number];

/** A channel of a chat, oldest message first. */
export function ChannelView({ channel }: { channel: Channel }) {
  const messages = channel.messages.map((message, index) => ({ ...message, key: `${message.at} ${index}` }));
  return (
    <section>
      <Title order={2} mb="xs">
        {channel.title}
      </Title>
      {messages.length === 0 ? (
        <Text size="sm" c="dimmed">
          No messages.
        </Text>
      ) : (
        <ul className={`card ${classes.messages}`} aria-label={`Messages in ${channel.title}`}>
          {messages.map(({ key, at, from, text }) => (
            <li key={key} className={classes.message}>
              <LetterTile letters={systemLetters(from)} tone={systemTone(from)} size={32} />
              <Group gap="xs">
                <Text span fw={600} size="sm">
                  {from}
                </Text>
                <Text span size="xs" c="dimmed">
                  <RelativeTime at={at} />
                </Text>
              </Group>
              <div className={classes.text}>
                <Mrkdwn text={text} />
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
