import { Fragment } from 'react';
import { type MrkdwnPart, mrkdwnParts } from './mrkdwn-parts.js';

/** A message as Slack would show it. */
export function Mrkdwn({ text }: { text: string }) {
  const parts = mrkdwnParts(text).map((part, index) => ({ part, key: `${index} ${part.text}` }));
  return parts.map(({ part, key }) => (
    <Fragment key={key}>
      <Part part={part} />
    </Fragment>
  ));
}

function Part({ part }: { part: MrkdwnPart }) {
  switch (part.kind) {
    case 'link':
      return (
        <a href={part.url} rel="noreferrer">
          {part.text}
        </a>
      );
    case 'bold':
      return <strong>{part.text}</strong>;
    case 'italic':
      return <em>{part.text}</em>;
    case 'code':
      return <code>{part.text}</code>;
    case 'text':
      return part.text;
  }
}
