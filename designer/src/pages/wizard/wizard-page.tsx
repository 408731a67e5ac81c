import type { FlowDetail, TemplateDetail } from '@castellan/api';
import { Loader } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useConnections, useConnectors } from '../../api/connections.js';
import { useTables } from '../../api/tables.js';
import { useTemplate } from '../../api/templates.js';
import { useWorkspace } from '../../api/workspace.js';
import { FlowPicture } from '../../picture/flow-picture.js';
import { wizardSteps } from '../../search.js';
import { Failure } from '../../ui/failure.js';
import { Page } from '../../ui/page.js';
import { AboutStep } from './about-step.js';
import { CheckStep } from './check-step.js';
import { ConnectionsStep } from './connections-step.js';
import {
  type Choices,
  draftOf,
  emptyVariables,
  firstChoices,
  openSlots,
  type Slot,
  wantedSlots,
} from './installation.js';
import { Installed } from './installed.js';
import { SettingsStep } from './settings-step.js';
import { StepList } from './step-list.js';
import classes from './wizard.module.css';

const route = getRouteApi('/w/$ws/templates/$templateId');

/** Installs a template: four steps on the left, the flow as it fills on the right. */
export function WizardPage() {
  const { id: ws } = useWorkspace();
  const { templateId } = route.useParams();
  const template = useTemplate(templateId);
  const connections = useConnections();
  const connectors = useConnectors();
  const tables = useTables();
  const error = template.error ?? connections.error ?? connectors.error ?? tables.error;
  const ready = template.data && connections.data && connectors.data && tables.data;
  const back = (
    <Link to="/w/$ws/templates" params={{ ws }} activeOptions={{ exact: true }}>
      Templates
    </Link>
  );
  return (
    <Page title={template.data?.title ?? 'Template'} lead={template.data?.summary} back={back}>
      {error && <Failure what="The template cannot be shown" error={error} />}
      {!error && !ready && <Loader aria-label="Loading" />}
      {template.data && connections.data && connectors.data && tables.data && (
        <Wizard
          key={template.data.id}
          template={template.data}
          first={firstChoices(template.data, connections.data, tables.data.items)}
          wanted={wantedSlots(draftOf(template.data), connectors.data)}
        />
      )}
    </Page>
  );
}

function Wizard({ template, first, wanted }: { template: TemplateDetail; first: Choices; wanted: Slot[] }) {
  const { step = 'about' } = route.useSearch();
  const navigate = route.useNavigate();
  const [choices, setChoices] = useState(first);
  const [installed, setInstalled] = useState<FlowDetail>();
  const flow = draftOf(template);
  const connected = new Set(Object.keys(choices.connections).filter((slot) => choices.connections[slot]));
  const go = (next: (typeof wizardSteps)[number]) => void navigate({ search: { step: next } });
  const after = (present: (typeof wizardSteps)[number]) => {
    const next = wizardSteps[wizardSteps.indexOf(present) + 1];
    if (next) go(next);
  };
  const change = (part: Partial<Choices>) => setChoices((now) => ({ ...now, ...part }));
  const shared = { template, choices, onChange: change };

  return (
    <div className={classes.wizard}>
      <div>
        <StepList
          present={installed ? 'done' : step}
          marks={{
            connections: openSlots(wanted, choices).length === 0,
            settings: emptyVariables(flow, choices).length === 0,
          }}
          onGo={go}
        />
      </div>
      <div className={classes.step}>
        {installed ? (
          <Installed flow={installed} template={template} opalApp={choices.opalApp} />
        ) : (
          <>
            {step === 'about' && <AboutStep template={template} onNext={() => after('about')} />}
            {step === 'connections' && (
              <ConnectionsStep {...shared} wanted={wanted} onNext={() => after('connections')} />
            )}
            {step === 'settings' && <SettingsStep {...shared} onNext={() => after('settings')} />}
            {step === 'check' && <CheckStep {...shared} wanted={wanted} onGo={go} onInstalled={setInstalled} />}
          </>
        )}
      </div>
      <aside className={classes.picture} aria-label="Picture of the flow">
        <FlowPicture flow={flow} titles connected={connected} />
      </aside>
    </div>
  );
}
