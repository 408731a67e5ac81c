import type { Policy } from '@castellan/api';
import type { PublishPolicy } from '@castellan/flow';
import { Button, Fieldset, Group, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { usePolicy, useSavePolicy } from '../../api/policy.js';
import { useWorkspace } from '../../api/workspace.js';
import { Failure } from '../../ui/failure.js';
import { PolicyExceptions } from './policy-exceptions.js';
import { PolicyRuleFields } from './policy-rule-fields.js';

/** Rules that flows keep to when they are published, and the flows that need not. */
export function PolicyPanel() {
  const { can } = useWorkspace();
  const { data, error, refetch } = usePolicy();
  return (
    <Stack gap="md">
      <div>
        <Title order={2} mb="xs">
          Publish policy
        </Title>
        <Text size="sm" maw={720}>
          Rules over the way that a flow takes. A flow that breaks one shows where in the editor; a rule that refuses
          also keeps it from being published or tried out. Flows that are published already go on as they are.
        </Text>
      </div>
      {error && <Failure what="The rules cannot be read" error={error} onRetry={() => void refetch()} />}
      {data && <Rules key={JSON.stringify(data.rules)} policy={data} mayChange={can('workspace:write')} />}
      {data && <PolicyExceptions exceptions={data.exceptions} mayChange={can('workspace:write')} />}
    </Stack>
  );
}

function Rules({ policy: { rules }, mayChange }: { policy: Policy; mayChange: boolean }) {
  const save = useSavePolicy();
  const [given, setGiven] = useState<PublishPolicy>(rules);

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(given);
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Rules of the workspace">
      <Fieldset variant="unstyled" disabled={!mayChange}>
        <Stack maw={720}>
          {save.error && <Failure what="Not saved" error={save.error} />}
          <PolicyRuleFields rules={given} onChange={setGiven} />
          {mayChange && (
            <Group>
              <Button type="submit" variant="default" loading={save.isPending} disabled={given === rules}>
                Save the rules
              </Button>
            </Group>
          )}
        </Stack>
      </Fieldset>
    </form>
  );
}
