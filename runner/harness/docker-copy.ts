import { absolute } from './docker-build.ts'
