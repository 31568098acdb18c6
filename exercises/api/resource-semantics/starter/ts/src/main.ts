import { serve } from './http.ts'
import { handle } from './notes.ts'

serve(Number(process.env.PORT ?? 3000), handle)
