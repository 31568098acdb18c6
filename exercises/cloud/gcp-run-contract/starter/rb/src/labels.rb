require "fileutils"
require "net/http"

STORE = ENV.fetch("STORE_URL", "http://localhost:9000")

# Labels by parcel.
MADE = {}

def make_label(parcel, to)
  label = "To: #{to}\nParcel: #{parcel}\n"
  MADE[parcel] = label
  FileUtils.mkdir_p("labels")
  File.write("labels/#{parcel}.txt", label)
  # Uploads take a while, so they happen when the customer has an answer.
  Thread.new { upload(parcel) }
end

def find_label(parcel)
  MADE[parcel]
end

def upload(parcel)
  label = File.read("labels/#{parcel}.txt")
  store = URI(STORE)
  response = Net::HTTP.start(store.host, store.port) { |http| http.send_request("PUT", "/labels/#{parcel}", label) }
  raise "the store answered #{response.code}" unless response.is_a?(Net::HTTPSuccess)
rescue => error
  puts "upload of #{parcel} failed: #{error.message}"
end
