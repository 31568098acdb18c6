# A morning at the parcel service: ruby src/try.rb
require_relative "parcels"

route = Route.new
route.add("monday", "PX-1")
puts "tuesday: #{route.parcels("tuesday").inspect}, days: #{route.days.inspect}"

parcel = Parcel.new("PX-1", "Ada", "north")
puts parcel.label
puts parcel.label

ada = Settings.new({ "notify" => false })
ada.mark("fragile")
puts "ada: #{ada.all.inspect}, notify: #{ada.value("notify", true)}"
puts "bob: #{Settings.new({}).all.inspect}"

customs = Customs.new(lambda do |code|
  puts "  asking about #{code}"
  false
end)
2.times { puts "cleared: #{customs.cleared("PX-1")}" }
