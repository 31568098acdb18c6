require "net/http"

STORE = URI(ENV.fetch("STORE_URL", "http://localhost:9000"))

MADE = {}

class StoreError < StandardError; end

# Returns when the store has the label: after the answer an instance may get no more CPU.
def make_label(parcel, to)
  response = ask("PUT", parcel, "To: #{to}\nParcel: #{parcel}\n")
  raise StoreError, "the store answered #{response.code}" unless response.is_a?(Net::HTTPSuccess)

  MADE[parcel] = "To: #{to}\nParcel: #{parcel}\n"
end

def find_label(parcel)
  MADE[parcel]
end

def ask(verb, parcel, body = nil)
  Net::HTTP.start(STORE.host, STORE.port) { |http| http.send_request(verb, "/labels/#{parcel}", body) }
rescue SystemCallError, IOError, Timeout::Error => error
  raise StoreError, error.message
end
