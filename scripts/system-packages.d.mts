export interface SystemPackage {
  present(): boolean;
  readonly debian: readonly string[];
  readonly suites: string;
}
export const systemPackages: Readonly<
  Record<
    | 'pocketsphinx'
    | 'sox'
    | 'ffmpeg'
    | 'chromium'
    | 'firefox'
    | 'pulseaudio'
    | 'baresip'
    | 'sipp'
    | 'prometheus'
    | 'redis'
    | 'nginx'
    | 'systemd'
    | 'postgres',
    SystemPackage
  >
>;
export function postgresFolders(): string[];
