import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { compressedFiles } from './compressed-files.js';

const server = 'http://127.0.0.1:4600';

export default defineConfig({
  plugins: [react(), compressedFiles()],
  // Workspace packages are read from their sources, so that a change in flow or api shows at once.
  resolve: { conditions: ['castellan-source', ...defaultClientConditions] },
  server: { proxy: { '/api': server, '/hooks': server } },
  build: {
    target: 'es2023',
    // light-dark() stays as it is: lowered, it would not see Mantine's colour scheme.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // The policy `default-src 'self'` lets no data: address load as script or style.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // With the setting in zod's own file, no other file can make a schema before it holds.
            { name: 'zod', test: /node_modules\/zod\/|zod-jitless/, priority: 4 },
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 3 },
            { name: 'tanstack', test: /node_modules\/@tanstack\//, priority: 2 },
            { name: 'mantine', test: /node_modules\/(@mantine|@floating-ui)\//, priority: 2 },
            // What most pages use is one file, not forty of a kilobyte each.
            { name: 'shared', test: /designer\/src\/(api|shell|status|systems|ui)\//, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
});
