import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

const server = 'http://127.0.0.1:4600';

export default defineConfig({
  plugins: [react()],
  // Workspace packages are read from their sources, so that a change in flow or api shows at once.
  resolve: { conditions: ['castellan-source', ...defaultClientConditions] },
  server: { proxy: { '/api': server, '/hooks': server } },
  build: {
    target: 'es2023',
    sourcemap: false,
    // The policy `default-src 'self'` lets no data: address load as script or style.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 2 },
            { name: 'ui', test: /node_modules\/(@mantine|@floating-ui|@tanstack)\//, priority: 1 },
          ],
        },
      },
    },
  },
});
