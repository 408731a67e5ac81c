import { below } from '@castellan/flow';
import { Switch } from '@mantine/core';
import { isObject } from '../../editor/is-object.js';
import { useFormScope } from '../../forms/form-scope.js';
import { TextSetting } from '../../forms/setting-fields.js';
import { Section } from '../section.js';
import type { TriggerSettingsProps } from './trigger-settings-props.js';

/** Whether agents may start the flow, and what they know of it. */
export function AgentsSection({ id, trigger, pointer }: TriggerSettingsProps) {
  const { change, readOnly } = useFormScope();
  const place = below(pointer, 'agents');
  const offered = isObject(trigger.agents) ? trigger.agents : null;
  return (
    <Section
      title="Agents"
      summary={offered ? `offered as ${String(offered.tool ?? '…')}` : 'not offered'}
      pointers={[place]}
    >
      <Switch
        label="Offer to agents as a tool"
        description="An agent with an API token fills in the form; the flow’s respond step answers it. Settings → Agents lists all tools."
        checked={offered !== null}
        disabled={readOnly}
        onChange={(event) => change(place, event.currentTarget.checked ? { tool: id, description: '' } : undefined)}
      />
      {offered && (
        <>
          <TextSetting
            label="Name"
            help="What agents call it by; one flow of the workspace offers it."
            pointer={below(place, 'tool')}
            value={offered.tool}
          />
          <TextSetting
            label="Description"
            help="When to call it, and what comes of it: all that the agent knows of the flow."
            pointer={below(place, 'description')}
            value={offered.description}
            multiline
          />
        </>
      )}
    </Section>
  );
}
