import { Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useConnectors } from '../../../api/connections.js';
import { useWorkspace } from '../../../api/workspace.js';
import { ErrorPanel } from '../../../ui/error-panel.js';
import { Page } from '../../../ui/page.js';
import classes from '../connectors.module.css';
import { DocumentForm } from './document-form.js';

const route = getRouteApi('/w/$ws/connectors/import');

/** The beginning of an import: a document. */
export function ImportPage() {
  const { id: ws, can } = useWorkspace();
  const { into } = route.useSearch();
  const title = useConnectors().data?.find(({ id }) => id === into)?.title;
  const back = (
    <Link to="/w/$ws/connectors" params={{ ws }}>
      Connectors
    </Link>
  );
  if (!can('connection:write')) {
    return (
      <Page narrow title="Import an API" back={back}>
        <ErrorPanel
          what="Only those who manage connections import APIs"
          next="Ask an administrator of this workspace."
        />
      </Page>
    );
  }
  return (
    <Page
      narrow
      title={into ? `A newer document of ${title ?? into}` : 'Import an API'}
      back={back}
      lead="From the system’s own description in OpenAPI"
    >
      <Stack>
        <div className={`card ${classes.sheet}`}>
          <DocumentForm into={into} />
        </div>
        <Text size="sm" c="dimmed">
          Nothing is imported yet: you choose then which operations become a connector, and see what changes.
        </Text>
      </Stack>
    </Page>
  );
}
