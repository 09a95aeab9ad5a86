/**
 * For tests of plugins and of cascades: fakes, drawn frames, and the conformance suite.
 *
 * @module
 */
export type { Check, CheckGroup } from './conformance/check.js';
export { checkGroups } from './conformance/check-groups.js';
export type { ConformanceOptions, PluginSource } from './conformance/subject.js';
export { stageContext } from './context.js';
export { type DescribePluginOptions, describePlugin, type TestRunner } from './describe-plugin.js';
export { type FakeStage, type FakeStageOptions, type FakeStageRecord, fakePlugin, fakeStage } from './fake-stage.js';
export { type TestFrameOptions, testFrame } from './frame.js';
export { type PictureOptions, testPicture } from './picture.js';
