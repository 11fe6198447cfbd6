/** Architectures as Node names them, and as the kernel and images do. */
const ARCHITECTURES: Readonly<Record<string, { readonly kernel: string; readonly image: string }>> =
  {
    x64: { kernel: 'x86_64', image: 'amd64' },
    arm64: { kernel: 'aarch64', image: 'arm64' },
  };

/** Of the Node that runs this program; undefined where the names are not known. */
export const OURS = ARCHITECTURES[process.arch];

/** Whether an image is for a kernel of that name (`Architecture` in `/info`), or may be. */
export function isFor(kernel: string, image: string): boolean {
  const known = Object.values(ARCHITECTURES);
  const wanted = known.find((each) => each.kernel === kernel);
  return !wanted || wanted.image === image || !known.some((each) => each.image === image);
}
