import { serve } from './http.ts'
import { handle } from './invoices.ts'

serve(Number(process.env.PORT ?? 3000), handle)
