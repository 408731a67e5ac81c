import './zod-jitless.js';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './theme.css';
import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from './api/query.js';
import { makeRouter } from './router.js';
import { cssVariablesResolver, theme } from './theme.js';

const client = makeQueryClient({
  onSignedOut() {
    const { pathname, href } = router.state.location;
    if (!pathname.startsWith('/w/')) return;
    client.clear();
    void router.navigate({ to: '/sign-in', search: { next: href } });
  },
  onFailure(error) {
    notifications.show({ title: error.message, message: error.remedy, color: 'red', autoClose: 8_000 });
  },
});
const router = makeRouter(client);

const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no element with the id root.');
createRoot(place).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
