module Shipping
  Tariff = Struct.new(:light, :extra) do
    def for_weight(kilos)
      kilos <= 5 ? light : light + extra
    end
  end
  private_constant :Tariff

  class Quote
    def initialize(weight, order, zone, island, discount)
      raise ArgumentError, "weight must be zero or more, got #{weight}" unless (0..Float::MAX).cover?(weight)

      @weight = weight
      @order = order
      @zone = zone
      @crossing = island ? 350 : 0
      @to_pay = discount > 30 ? 70 : 100 - discount
    end

    def total
      carriage + @crossing
    end

    private

    def carriage
      return 0 if @zone == :domestic && @order >= 5000

      Rational(tariff.for_weight(@weight) * @to_pay, 100).round(half: :up)
    end

    def tariff
      case @zone
      when :domestic then Tariff.new(490, 500)
      when :europe then Tariff.new(1290, 860)
      when :world then Tariff.new(2450, 1900)
      else raise KeyError, "key not found: #{@zone.inspect}"
      end
    end
  end
  private_constant :Quote

  class << self
    def price(weight_kg:, order_cents:, zone: :domestic, island: false, discount_percent: 0)
      Quote.new(weight_kg, order_cents, zone, island, discount_percent).total
    end
  end
end
