require "minitest/autorun"
require_relative "../src/shipping"

class ShippingTest < Minitest::Test
  def price(weight_kg: 1, order_cents: 1000, **rest)
    Shipping.price(weight_kg: weight_kg, order_cents: order_cents, **rest)
  end
end

class WeightTest < ShippingTest
  def test_is_light_up_to_five_kilos
    [0, 4.99, 5].each { |weight| assert_equal 490, price(weight_kg: weight), "#{weight} kg" }
  end

  def test_is_heavy_above_five_kilos
    assert_equal 990, price(weight_kg: 5.01)
  end

  def test_below_zero_is_rejected
    assert_raises(ArgumentError) { price(weight_kg: -0.01) }
    assert_raises(ArgumentError) { price(weight_kg: -3) }
  end

  def test_that_is_no_number_is_rejected
    assert_raises(ArgumentError) { price(weight_kg: Float::NAN) }
    assert_raises(ArgumentError) { price(weight_kg: Float::INFINITY) }
  end
end

class ZoneTest < ShippingTest
  def test_is_domestic_unless_it_is_given
    assert_equal 490, price
    assert_equal 490, price(zone: :domestic)
  end

  def test_europe
    assert_equal 1290, price(zone: :europe)
    assert_equal 2150, price(zone: :europe, weight_kg: 9)
  end

  def test_world
    assert_equal 2450, price(zone: :world)
    assert_equal 4350, price(zone: :world, weight_kg: 9)
  end
end

class FreeShippingTest < ShippingTest
  def test_starts_at_fifty
    assert_equal 490, price(order_cents: 4999)
    assert_equal 0, price(order_cents: 5000)
    assert_equal 0, price(order_cents: 5001)
  end

  def test_is_domestic_only
    assert_equal 1290, price(order_cents: 5000, zone: :europe)
  end
end

class IslandTest < ShippingTest
  def test_costs_a_surcharge
    assert_equal 840, price(island: true)
  end

  def test_costs_the_surcharge_where_shipping_is_free
    assert_equal 350, price(island: true, order_cents: 5000)
  end

  def test_has_no_discount_on_the_surcharge
    assert_equal 791, price(island: true, discount_percent: 10)
  end
end

class DiscountTest < ShippingTest
  def test_stops_at_thirty_percent
    prices = [29, 30, 31, 80].map { |percent| price(discount_percent: percent) }
    assert_equal [348, 343, 343, 343], prices
  end

  def test_rounds_to_the_nearest_cent_and_half_a_cent_up
    assert_equal 417, price(discount_percent: 15) # 416.5
    assert_equal 431, price(discount_percent: 12) # 431.2
  end
end

class AnotherZoneTest < ShippingTest
  def test_pays_for_a_large_order_wherever_it_is
    assert_equal 2450, price(order_cents: 5000, zone: :world)
  end

  def test_has_the_discount
    assert_equal 1161, price(zone: :europe, discount_percent: 10)
  end

  def test_has_the_surcharge
    assert_equal 1640, price(zone: :europe, island: true)
  end
end
