require "minitest/autorun"
require_relative "../src/shipping"

class ShippingTest < Minitest::Test
  def test_light_and_heavy
    assert_equal 490, Shipping.price(weight_kg: 2, order_cents: 1000)
    assert_equal 990, Shipping.price(weight_kg: 10, order_cents: 1000)
  end

  def test_europe
    assert_equal 1290, Shipping.price(weight_kg: 1, order_cents: 1000, zone: :europe)
    assert_equal 2150, Shipping.price(weight_kg: 9, order_cents: 1000, zone: :europe)
  end

  def test_world
    assert_equal 2450, Shipping.price(weight_kg: 1, order_cents: 1000, zone: :world)
    assert_equal 4350, Shipping.price(weight_kg: 9, order_cents: 1000, zone: :world)
  end

  def test_big_orders_ship_free
    assert_equal 0, Shipping.price(weight_kg: 1, order_cents: 12_000)
  end

  def test_an_island_costs_a_surcharge
    assert_equal 840, Shipping.price(weight_kg: 1, order_cents: 1000, island: true)
  end

  def test_a_discount_is_taken_off
    assert_equal 441, Shipping.price(weight_kg: 1, order_cents: 1000, discount_percent: 10)
  end
end
