require "minitest/autorun"
require_relative "../src/shipping"

describe Shipping do
  def price(**changes)
    Shipping.price(**{ weight_kg: 2, order_cents: 2000 }.merge(changes))
  end

  it "charges a light parcel within the country" do
    _(price).must_equal 490
  end

  it "charges the heavy price above 5 kg" do
    _([price(weight_kg: 0), price(weight_kg: 5)]).must_equal [490, 490]
    _(price(weight_kg: 5.001) - price(weight_kg: 5)).must_equal 500
  end

  { 4999 => 490, 5000 => 0, 9000 => 0 }.each do |cents, expected|
    it "ships an order of #{cents} cents for #{expected}" do
      _(price(order_cents: cents)).must_equal expected
    end
  end

  it "ships nothing for free to other zones" do
    _([price(order_cents: 5000, zone: :europe), price(order_cents: 5000, zone: :world)]).must_equal [1290, 2450]
  end

  { domestic: [490, 990], europe: [1290, 2150], world: [2450, 4350] }.each do |zone, expected|
    it "has a light and a heavy price for #{zone}" do
      _([price(zone: zone), price(zone: zone, weight_kg: 6)]).must_equal expected
    end
  end

  [{}, { order_cents: 9000 }, { zone: :world, discount_percent: 20 }].each do |rest|
    it "adds 3.50 for an island to #{rest}" do
      _(price(**rest, island: true)).must_equal price(**rest) + 350
    end
  end

  it "gives the discount in other zones, too" do
    _(price(zone: :world, discount_percent: 20)).must_equal 1960
  end

  { 12 => 431, 15 => 417, 25 => 368, 30 => 343, 31 => 343, 100 => 343 }.each do |percent, expected|
    it "leaves #{expected} of 490 after #{percent} percent" do
      _(price(discount_percent: percent)).must_equal expected
    end
  end

  [-1, Float::NAN, Float::INFINITY].each do |weight|
    it "rejects #{weight} kg" do
      _ { price(weight_kg: weight) }.must_raise ArgumentError
    end
  end
end
