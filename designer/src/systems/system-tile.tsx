import { Group, Tooltip, VisuallyHidden } from '@mantine/core';
import { LetterTile } from '../ui/letter-tile.js';

/** Tones near the vendors' own, as hues. */
const tones: Record<string, number> = {
  opal: 172,
  slack: 330,
  jira: 217,
  servicenow: 150,
  pagerduty: 140,
  datadog: 272,
  splunk: 100,
  snowflake: 198,
  sql: 208,
  postgresql: 208,
  workday: 30,
  bamboohr: 90,
  sailpoint: 205,
  okta: 225,
  entra: 206,
  microsoftentraid: 206,
  gmail: 5,
  google: 210,
  googleworkspace: 210,
  googlesheets: 140,
  teams: 240,
  microsoftteams: 240,
  smtp: 20,
  github: 220,
  http: 190,
};

const names: Record<string, string> = {
  pagerduty: 'PagerDuty',
  servicenow: 'ServiceNow',
  bamboohr: 'BambooHR',
  sailpoint: 'SailPoint',
  http: 'HTTP',
  sql: 'PostgreSQL',
  github: 'GitHub',
  scim: 'SCIM 2.0',
  smtp: 'SMTP',
  'google-workspace': 'Google Workspace',
  'google-sheets': 'Google Sheets',
  'outgoing-webhook': 'Outgoing webhook',
  teams: 'Microsoft Teams',
  entra: 'Microsoft Entra ID',
};

/** The name of a system by the id of its connector, where no catalogue is at hand; a name stays as it is. */
export function systemName(id: string): string {
  return names[id] ?? id.charAt(0).toUpperCase() + id.slice(1);
}

/** The hue of a system, by its id or its name: the same everywhere. */
export function systemTone(system: string): number {
  const id = system.toLowerCase().replace(/[^a-z0-9]/g, '');
  const known = tones[id];
  if (known !== undefined) return known;
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}

/** Two letters that stand for a name: of two words their first letters, else the first two. */
export function systemLetters(name: string): string {
  const capitals = name.replace(/[^A-Z]/g, '');
  return capitals.length >= 2 ? capitals.slice(0, 2) : name.slice(0, 2).replace(/^./, (letter) => letter.toUpperCase());
}

/** The tile of a system. */
export function SystemTile({ id, title, size }: { id: string; title?: string; size?: number }) {
  return <LetterTile letters={systemLetters(title ?? systemName(id))} tone={systemTone(id)} size={size} />;
}

/** Tiles of several systems, each named on hover and to those who cannot see. */
export function SystemTiles({ ids, size = 24 }: { ids: string[]; size?: number }) {
  return (
    <Group component="ul" gap={4} m={0} p={0} aria-label="Systems" style={{ listStyle: 'none' }}>
      {ids.map((id) => (
        <Tooltip key={id} label={systemName(id)}>
          <li style={{ display: 'inline-flex' }}>
            <SystemTile id={id} size={size} />
            <VisuallyHidden>{systemName(id)}</VisuallyHidden>
          </li>
        </Tooltip>
      ))}
    </Group>
  );
}
