require "net/http"

STORE = URI(ENV.fetch("STORE_URL", "http://localhost:9000"))

class StoreError < StandardError; end

def make_label(parcel, to)
  Thread.new { ask("PUT", parcel, "To: #{to}\nParcel: #{parcel}\n") }.report_on_exception = false
end

# Asks the store, for another instance may have made it.
def find_label(parcel)
  response = ask("GET", parcel)
  return nil if response.is_a?(Net::HTTPNotFound)
  raise StoreError, "the store answered #{response.code}" unless response.is_a?(Net::HTTPSuccess)

  response.body.force_encoding("utf-8")
end

def ask(verb, parcel, body = nil)
  Net::HTTP.start(STORE.host, STORE.port) { |http| http.send_request(verb, "/labels/#{parcel}", body) }
rescue SystemCallError, IOError, Timeout::Error => error
  raise StoreError, error.message
end
