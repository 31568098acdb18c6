puts "not written yet"
