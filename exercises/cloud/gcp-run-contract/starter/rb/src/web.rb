require "socket"

# A small web server's half: reads one request from a socket, writes its answer, closes. Ruby brings none of its own.
# Nothing here has to change.
module Web
  Request = Struct.new(:verb, :path, :headers, :body)
  Answer = Struct.new(:status, :body, :type)

  # Headers have names in lower case.
  def self.answer(socket)
    request = read(socket)
    write(socket, yield(request)) if request
  rescue Errno::EPIPE, Errno::ECONNRESET
    # The client has gone.
  ensure
    socket.close
  end

  def self.read(socket)
    verb, path = socket.gets.to_s.split
    return if path.nil?

    headers = {}
    while (line = socket.gets.to_s.chomp) != ""
      name, value = line.split(":", 2)
      headers[name.downcase] = value.strip
    end
    Request.new(verb, path, headers, socket.read(headers["content-length"].to_i).force_encoding("utf-8"))
  end

  def self.write(socket, answer)
    head = ["HTTP/1.1 #{answer.status} .", "Content-Type: #{answer.type}", "Content-Length: #{answer.body.bytesize}", "Connection: close"]
    socket.write(head.join("\r\n"), "\r\n\r\n", answer.body)
  end
end
