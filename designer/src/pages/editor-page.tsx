import type { Draft } from '@castellan/flow';
import { Center, Loader } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useFlow } from '../api/index.js';
import { EditorProvider } from '../editor/editor-context.js';
import { Editor } from '../panels/editor.js';
import { Failure } from '../ui/failure.js';
import { Page } from '../ui/page.js';

const route = getRouteApi('/w/$ws/flows/$flowId');

/** The editor of one flow. What the server tells later does not touch the draft that is being drawn. */
export function EditorPage() {
  const { flowId } = route.useParams();
  const { step, run, tab } = route.useSearch();
  const { data: flow, error, refetch } = useFlow(flowId);
  if (flow !== undefined) {
    return (
      <EditorProvider
        key={flowId}
        flowId={flowId}
        flow={flow.draft as Draft}
        revision={flow.revision}
        step={step}
        run={run}
        side={tab}
      >
        <Editor />
      </EditorProvider>
    );
  }
  if (error !== null) {
    return (
      <Page title="Flow">
        <Failure what="The flow cannot be opened" error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  return (
    <Center h="100%">
      <Loader aria-label="Opening the flow" />
    </Center>
  );
}
