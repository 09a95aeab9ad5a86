import type { Sample, Task } from '@streetvision/core';

/** Kinds of datasets that can be written. */
export const EXPORT_FORMATS = ['folder', 'coco', 'yolo', 'jsonl', 'fiftyone', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A sample that is being written. */
export interface Exported {
  readonly sample: Sample;
  /** File name without extension; no other sample has it. */
  readonly stem: string;
  /** Relative to the folder of the export. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

export interface ExportFacts {
  readonly name: string;
  /** All classes: those of the task, or those that the samples have. */
  readonly classes: readonly string[];
}

/** How one kind of dataset is laid out, where pictures are files. */
export interface Layout {
  /** Where a picture goes, relative to the folder of the export. */
  place(sample: Sample, stem: string, extension: string): string;
  /** Why a sample cannot be said in this form; it is then left out. */
  refuses?(sample: Sample, task: Task | undefined): string | undefined;
  /** Writes what describes the pictures. */
  describe(folder: string, samples: readonly Exported[], facts: ExportFacts): Promise<void>;
}
