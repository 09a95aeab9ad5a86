import type { Logger } from '@streetvision/core';

/** One picture that is to be made. */
export interface GenerateRequest {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** 0 to 2³²−1. */
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
  /** How strictly the prompt is followed. */
  readonly guidance: number;
  /** A picture to start from, and how much of it may change, in (0, 1]. */
  readonly init?: { readonly bytes: Uint8Array; readonly strength: number };
}

export interface GenerateContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /**
   * To be called before the same request is sent once more: it is written down with its cost first. `false` where the
   * limit of requests or money is reached; then it must not be sent.
   */
  readonly again?: (() => Promise<boolean>) | undefined;
}

/** What fits a generator where the user says nothing. */
export type GenerateDefaults = Pick<GenerateRequest, 'width' | 'height' | 'steps' | 'guidance'>;

/** Makes pictures from prompts. */
export interface Generator {
  readonly name: string;
  readonly defaults: GenerateDefaults;
  /** What its pictures depend on besides the request, such as the model: a folder begun with another is refused. JSON values. */
  readonly identity?: Readonly<Record<string, unknown>> | undefined;
  /** The encoded picture. Throws `SV_GENERATOR`; see `refusal`. */
  generate(request: GenerateRequest, ctx: GenerateContext): Promise<Uint8Array>;
  /** Where one call makes several pictures of one scene: all of them. They are one group. */
  generateClip?(request: GenerateRequest, ctx: GenerateContext): Promise<readonly Uint8Array[]>;
  /** What an earlier run had made for the same request before it was cut off; nothing is asked or counted for it. */
  found?(request: GenerateRequest, ctx: GenerateContext): Promise<readonly Uint8Array[] | undefined>;
}
