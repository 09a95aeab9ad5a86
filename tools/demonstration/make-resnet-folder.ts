import { writeResnetFolder } from './resnet-folder.js';

const [graph, folder] = process.argv.slice(2);
if (!graph || !folder) throw new Error('Usage: make-resnet-folder.ts <resnet50.onnx> <folder>');
await writeResnetFolder(folder, graph);
